package dev.tenon.specification;

import dev.tenon.specification.Model.Definition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of what proves each promise: models, recorded histories, and schedules of threads. */
final class Proofs {

  private static final String BEGIN = "<!-- proofs, written by ./dev prove --write -->\n";
  private static final String END = "<!-- end of proofs -->\n";

  /** A rule that histories are held to, with the comment that names its definitions. */
  private static final Pattern RULE =
      Pattern.compile("/\\*\\* ([^*]*) \\*/\\s+([A-Z_]+)", Pattern.DOTALL);

  private static final Pattern DEFINITION = Pattern.compile("\\{@code (\\w+\\.\\w+)\\}");

  private Proofs() {}

  /** A part whose threads run in many schedules. */
  private record Part(String name, List<Integer> promises, String holds, long variants) {}

  /** Returns the rows of all parts. */
  static String partTable(Path root, Map<Integer, String> promises) throws IOException {
    StringBuilder table = new StringBuilder();
    for (Part part : parts(root)) {
      table.append(
          "| `%s` | %s | %s |%n"
              .formatted(
                  part.name(),
                  part.promises().stream()
                      .map(
                          number -> "[%d](guarantees.md%s)".formatted(number, promises.get(number)))
                      .collect(Collectors.joining(", ")),
                  part.holds()));
    }
    return table.append('\n').toString();
  }

  /** Returns the rows of all promises that a model, a history or a schedule is about. */
  static String promiseTable(Path root, List<Model> models, Map<Integer, String> promises)
      throws IOException {
    List<Part> parts = parts(root);
    Map<String, String> rules = rules(root);
    StringBuilder table =
        new StringBuilder(
            """
            | promise | true in every state of its model | refuted variants | true of every recorded history | true in every schedule of |
            |---|---|---|---|---|
            """);
    promises.forEach(
        (number, anchor) -> {
          List<String> invariants = new ArrayList<>();
          List<String> histories = new ArrayList<>();
          long refuted = 0;
          for (Model model : models) {
            for (Definition definition : model.definitions()) {
              if (definition.promises().contains(number)) {
                String name = model.name() + "." + definition.name();
                invariants.add("`" + name + "`");
                refuted +=
                    model.variants().stream()
                        .filter(variant -> variant.violates().equals(definition.name()))
                        .count();
                if (rules.containsKey(name)) {
                  histories.add("`" + rules.get(name) + "`");
                }
              }
            }
          }
          List<String> schedules = new ArrayList<>();
          for (Part part : parts) {
            if (part.promises().contains(number)) {
              schedules.add("`" + part.name() + "`");
              refuted += part.variants();
            }
          }
          if (refuted > 0) {
            table.append(
                "| [%d](%s) | %s | %d | %s | %s |%n"
                    .formatted(
                        number,
                        anchor,
                        String.join(", ", invariants),
                        refuted,
                        histories.stream().distinct().collect(Collectors.joining(", ")),
                        String.join(", ", schedules)));
          }
        });
    return table.toString();
  }

  /** Returns the page with the table in its place. */
  static String inPage(String page, String table) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException("docs/guarantees.md has no place for the table: " + BEGIN);
    }
    return page.substring(0, begin + BEGIN.length()) + "\n" + table + "\n" + page.substring(end);
  }

  private static List<Part> parts(Path root) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (String line : Files.readAllLines(root.resolve("tests/schedules/parts.tsv"))) {
      String[] fields = line.split("\t", -1);
      try (Stream<Path> variants =
          Files.list(root.resolve("tests/schedules/broken").resolve(fields[0]))) {
        parts.add(
            new Part(
                fields[0],
                Stream.of(fields[1].split(", ", -1)).map(Integer::valueOf).toList(),
                fields[2],
                variants.count()));
      }
    }
    return parts;
  }

  /** Returns the rule of each definition that histories are held to. */
  private static Map<String, String> rules(Path root) throws IOException {
    String source =
        Files.readString(
            root.resolve(
                "tests/fault-suite/src/test/java/dev/tenon/jobs/faults/trace/Violation.java"));
    Map<String, String> rules = new TreeMap<>();
    for (MatchResult rule : RULE.matcher(source).results().toList()) {
      DEFINITION
          .matcher(rule.group(1))
          .results()
          .forEach(definition -> rules.put(definition.group(1), rule.group(2)));
    }
    return Collections.unmodifiableMap(rules);
  }
}
