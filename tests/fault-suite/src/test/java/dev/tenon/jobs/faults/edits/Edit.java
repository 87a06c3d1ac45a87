package dev.tenon.jobs.faults.edits;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An edit of the handler, and what has to come of it: it compiles and every job ends right, or it
 * does not compile. Immutable; each method returns a changed copy.
 *
 * @param name what is edited
 * @param changes the changes of the sources, one after the other
 * @param refusal a part of the message of the compiler; empty if it compiles
 * @param signal the signal as JSON, as it is sent from the edited code
 */
record Edit(
    String name,
    List<UnaryOperator<Map<String, String>>> changes,
    Optional<String> refusal,
    String signal) {

  static final String SIGNAL = "{\"id\": \"p-1\"}";

  /** An edit that compiles, and has no changes yet. */
  static Edit of(String name) {
    return new Edit(name, List.of(), Optional.empty(), SIGNAL);
  }

  /** Replaces a text that stands in one place of one source. */
  Edit replace(String text, String replacement) {
    return with(
        sources -> {
          List<String> files =
              sources.entrySet().stream()
                  .filter(source -> source.getValue().contains(text))
                  .map(Map.Entry::getKey)
                  .toList();
          if (files.size() != 1
              || sources.get(files.get(0)).split(java.util.regex.Pattern.quote(text), -1).length
                  != 2) {
            throw new IllegalStateException(
                "'%s' has to stand in one place, and stands in %s.".formatted(text, files));
          }
          sources.computeIfPresent(
              files.get(0), (file, source) -> source.replace(text, replacement));
          return sources;
        });
  }

  /** Replaces a word wherever it stands, and in names of files. */
  Edit rename(String word, String replacement) {
    return with(
        sources -> {
          for (String name : List.copyOf(sources.keySet())) {
            String source = sources.remove(name).replaceAll("\\b" + word + "\\b", replacement);
            sources.put(name.equals(word) ? replacement : name, source);
          }
          return sources;
        });
  }

  /** Adds a statement at a numbered place. */
  Edit at(int place, String statement) {
    return replace("// " + place + "\n", statement + "\n// " + place + "\n");
  }

  /** Adds a method. */
  Edit method(String method) {
    return at(9, method);
  }

  /** Adds a source. */
  Edit source(String name, String text) {
    return with(
        sources -> {
          sources.put(name, text);
          return sources;
        });
  }

  /** Raises the version of the job type; the payload stays as it is. */
  Edit raised() {
    return replace(".fulfil\", result", ".fulfil\", version = 2, result")
        .replace(
            "List<String> lines) {",
            "List<String> lines) {\n  @Upcaster(from = 1) static Fulfil same(Fulfil before) { return before; }");
  }

  /** The signal that the edited code sends. */
  Edit sends(String json) {
    return new Edit(name, changes, refusal, json);
  }

  /** It does not compile, and the message has this in it. */
  Edit refused(String message) {
    return new Edit(name, changes, Optional.of(message), signal);
  }

  private Edit with(UnaryOperator<Map<String, String>> change) {
    List<UnaryOperator<Map<String, String>>> all = new ArrayList<>(changes);
    all.add(change);
    return new Edit(name, List.copyOf(all), refusal, signal);
  }

  /** The edited sources. */
  Map<String, String> apply(Map<String, String> sources) {
    Map<String, String> edited = sources;
    for (UnaryOperator<Map<String, String>> change : changes) {
      edited = change.apply(edited);
    }
    return edited;
  }

  @Override
  public String toString() {
    return name;
  }
}
