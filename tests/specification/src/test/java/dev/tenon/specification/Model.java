package dev.tenon.specification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A model of the specification, as far as its page is about it.
 *
 * @param name the name of the module
 * @param about the comment at its beginning
 * @param definitions what it promises
 * @param actions what may happen in it
 * @param variants its broken variants, by name
 */
record Model(
    String name,
    String about,
    List<Definition> definitions,
    List<Action> actions,
    List<Variant> variants) {

  /**
   * A definition that must be true in each state.
   *
   * @param promises the numbers of the promises that it is a part of
   * @param says the promise in words
   */
  record Definition(String name, List<Integer> promises, String says) {}

  /**
   * An action.
   *
   * @param happens what happens, in words
   * @param code the places in the code; none if this happens outside of Tenon
   */
  record Action(String name, String happens, List<String> code) {}

  /**
   * A broken variant.
   *
   * @param title what is broken
   * @param violates the name of the definition that does not hold
   */
  record Variant(String name, String title, String violates) {}

  private static final Pattern MODULE =
      Pattern.compile("((?:^/// .*\n)+)module \\w+ \\{", Pattern.MULTILINE);
  private static final Pattern DEFINITION =
      Pattern.compile("((?:^ *///.*\n)+) *val (\\w+)", Pattern.MULTILINE);
  private static final Pattern ACTION =
      Pattern.compile("((?:^ *///.*\n)*) *action (\\w+)", Pattern.MULTILINE);
  private static final Pattern REFERENCE = Pattern.compile("\\b[a-z]\\w*\\b");
  private static final Pattern PROMISE = Pattern.compile("promise ([\\d, ]+): (.*)");
  private static final Pattern CODE = Pattern.compile("(.*) code: (.*)");

  /** Reads all models, in the order of their names. */
  static List<Model> readAll(Path folder) throws IOException {
    List<Model> models = new ArrayList<>();
    for (String name : names(folder.resolve("model"), ".qnt")) {
      models.add(read(folder, name));
    }
    return models;
  }

  private static List<String> names(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(ending))
          .map(file -> file.substring(0, file.length() - ending.length()))
          .sorted()
          .toList();
    }
  }

  private static Model read(Path folder, String name) throws IOException {
    String text = Files.readString(folder.resolve("model").resolve(name + ".qnt"));
    Matcher module = MODULE.matcher(text);
    if (!module.find()) {
      throw new AssertionError(name + " does not begin with a comment");
    }
    List<Variant> variants = new ArrayList<>();
    for (String variant : names(folder.resolve("broken").resolve(name), ".txt")) {
      variants.add(variant(folder.resolve("broken").resolve(name), variant));
    }
    return new Model(
        name,
        words(module.group(1)),
        DEFINITION.matcher(text).results().flatMap(found -> definition(found).stream()).toList(),
        ACTION
            .matcher(text)
            .results()
            .filter(found -> happens(text).contains(found.group(2)))
            .map(found -> action(name, found))
            .toList(),
        variants);
  }

  private static Optional<Definition> definition(MatchResult found) {
    Matcher promise = PROMISE.matcher(words(found.group(1)));
    return promise.matches()
        ? Optional.of(
            new Definition(
                found.group(2),
                Arrays.stream(promise.group(1).split(", ", -1)).map(Integer::valueOf).toList(),
                promise.group(2)))
        : Optional.empty();
  }

  private static Action action(String model, MatchResult found) {
    Matcher code = CODE.matcher(words(found.group(1)));
    if (!code.matches()) {
      throw new AssertionError(
          "The action %s of %s needs a comment that says what happens, and then \"code:\" and its places, or \"code: -\""
              .formatted(found.group(2), model));
    }
    List<String> places =
        code.group(2).equals("-") ? List.of() : Arrays.asList(code.group(2).split(", ", -1));
    return new Action(found.group(2), code.group(1), places);
  }

  /** Returns the names of the actions that {@code work} and {@code fault} consist of. */
  private static List<String> happens(String text) {
    return Stream.of("work", "fault")
        .map(action -> text.substring(text.indexOf("  action " + action + " = ")))
        .map(body -> body.substring("  action ".length(), body.indexOf("\n  }\n")))
        .flatMap(body -> REFERENCE.matcher(body).results())
        .map(MatchResult::group)
        .filter(name -> !name.equals("work") && !name.equals("fault"))
        .toList();
  }

  private static Variant variant(Path folder, String name) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve(name + ".txt"));
    return new Variant(name, lines.get(0), lines.get(1).replaceFirst("violates: ", ""));
  }

  private static String words(String comment) {
    return comment.replaceAll("(?m)^ *///", " ").strip().replaceAll("\\s+", " ");
  }
}
