package dev.tenon.specification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.specification.Model.Action;
import dev.tenon.specification.Model.Definition;
import dev.tenon.specification.Model.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/specification.md} is generated from the models, so it says what is checked; and what
 * the models refer to exists. {@code ./dev prove} makes the checks themselves.
 */
class SpecificationPageTest {

  private static final Path FOLDER = Path.of("").toAbsolutePath();
  private static final Path ROOT = FOLDER.resolve("../..").normalize();
  private static final Path PAGE = ROOT.resolve("docs/specification.md");
  private static final Path SQL =
      ROOT.resolve("jobs-runtime/src/main/resources/dev/tenon/jobs/internal/schema/migrations");
  private static final Path JAVA = ROOT.resolve("jobs-runtime/src/main/java");

  /** A row of the table of promises in {@code docs/guarantees.md}. */
  private static final Pattern PROMISE =
      Pattern.compile("^\\| (\\d+) \\| \\[[^]]*\\]\\((#[^)]*)\\)", Pattern.MULTILINE);

  private static List<Model> models;

  /** The anchor of each promise, by its number */
  private static Map<Integer, String> promises;

  @BeforeAll
  static void read() throws IOException {
    models = Model.readAll(FOLDER);
    promises =
        PROMISE
            .matcher(Files.readString(ROOT.resolve("docs/guarantees.md")))
            .results()
            .collect(
                Collectors.toMap(
                    row -> Integer.valueOf(row.group(1)),
                    row -> row.group(2),
                    (one, other) -> one,
                    TreeMap::new));
  }

  @Test
  void thePageSaysWhatTheModelsSay() throws IOException {
    String expected =
        Files.readString(FOLDER.resolve("src/test/resources/introduction.md"))
                .replace("@PARTS@\n", Proofs.partTable(ROOT, promises))
            + promiseTable()
            + actionTables();
    if ("rewrite".equals(System.getProperty("tenon.golden"))) {
      Files.writeString(PAGE, expected);
    }
    assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
        .as("docs/specification.md; write it with -Dtenon.golden=rewrite")
        .isEqualTo(expected);
  }

  @Test
  void theGuaranteesSayWhatProvesThem() throws IOException {
    Path page = ROOT.resolve("docs/guarantees.md");
    String found = Files.readString(page);
    String expected = Proofs.inPage(found, Proofs.promiseTable(ROOT, models, promises));
    if ("rewrite".equals(System.getProperty("tenon.golden"))) {
      Files.writeString(page, expected);
    }
    assertThat(Files.readString(page))
        .as("the table in docs/guarantees.md; write it with ./dev prove --write")
        .isEqualTo(expected);
  }

  private static String promiseTable() {
    StringBuilder table =
        new StringBuilder(
            """

            ## What is checked

            Each row is a definition that is true in every state of its model. `canEnd` is different: from every state, the
            model can reach one where it is true, by what Tenon does alone. The last column names what the broken
            variants lack. Each links to the shortest way into the failure.

            | promise | model | definition | it fails without |
            |---|---|---|---|
            """);
    for (Model model : models) {
      for (Definition definition : model.definitions()) {
        table.append(
            "| %s | `%s` | `%s`: %s | %s |%n"
                .formatted(
                    definition.promises().stream()
                        .map(
                            number ->
                                "[%d](guarantees.md%s)".formatted(number, promises.get(number)))
                        .collect(Collectors.joining(", ")),
                    model.name(),
                    definition.name(),
                    definition.says(),
                    variantsOf(model, definition)
                        .map(
                            variant ->
                                "[%s](../tests/specification/counterexamples/%s/%s.txt)"
                                    .formatted(
                                        variant.name().replace('-', ' '),
                                        model.name(),
                                        variant.name()))
                        .collect(Collectors.joining(", "))));
      }
    }
    Set<Integer> others = new TreeSet<>(promises.keySet());
    models.stream()
        .flatMap(model -> model.definitions().stream())
        .forEach(definition -> others.removeAll(definition.promises()));
    return table
        .append("\nNo model is about the promises ")
        .append(others.stream().map(String::valueOf).collect(Collectors.joining(", ")))
        .append(".\n")
        .toString();
  }

  private static Stream<Variant> variantsOf(Model model, Definition definition) {
    return model.variants().stream()
        .filter(variant -> variant.violates().equals(definition.name()));
  }

  private static String actionTables() {
    StringBuilder tables =
        new StringBuilder(
            """

            ## Where it is in the code

            Functions in SQL are in `jobs-runtime/src/main/resources/dev/tenon/jobs/internal/schema/migrations`. What has
            no place in the code happens outside of Tenon.
            """);
    for (Model model : models) {
      tables.append(
          "%n### %s%n%n%s%n%n| action | what happens | in the code |%n|---|---|---|%n"
              .formatted(model.name(), model.about()));
      for (Action action : model.actions()) {
        tables.append(
            "| `%s` | %s | %s |%n"
                .formatted(
                    action.name(),
                    action.happens(),
                    action.code().stream()
                        .map(place -> "`" + place.replace(" ", "`: `") + "`")
                        .collect(Collectors.joining(", "))));
      }
    }
    return tables.toString();
  }

  @Test
  void everyPromiseIsOneOfThePage() {
    assertThat(models)
        .allSatisfy(
            model ->
                assertThat(model.definitions())
                    .isNotEmpty()
                    .allSatisfy(
                        definition ->
                            assertThat(promises).containsKeys(integers(definition.promises()))));
  }

  private static Integer[] integers(List<Integer> numbers) {
    return numbers.toArray(Integer[]::new);
  }

  @Test
  void everyDefinitionIsViolatedByAVariant() {
    List<String> never = new ArrayList<>();
    for (Model model : models) {
      for (Definition definition : model.definitions()) {
        if (variantsOf(model, definition).findAny().isEmpty()) {
          never.add(model.name() + "." + definition.name());
        }
      }
    }
    assertThat(never).as("definitions that no broken variant violates").isEmpty();
  }

  @Test
  void everyVariantHasItsCounterexample() {
    for (Model model : models) {
      assertThat(model.variants())
          .allSatisfy(
              variant -> {
                assertThat(model.definitions())
                    .extracting(Definition::name)
                    .contains(variant.violates());
                assertThat(
                        FOLDER.resolve(
                            "counterexamples/%s/%s.txt".formatted(model.name(), variant.name())))
                    .content()
                    .startsWith(variant.title());
              });
    }
  }

  @Test
  void everyPlaceInTheCodeExists() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Model model : models) {
      for (Action action : model.actions()) {
        for (String place : action.code()) {
          if (!exists(place)) {
            missing.add("%s.%s: %s".formatted(model.name(), action.name(), place));
          }
        }
      }
    }
    assertThat(missing).as("places in the code that do not exist").isEmpty();
  }

  /** Returns whether a place exists: "FILE.sql FUNCTION", "Class", or "Class.method". */
  private static boolean exists(String place) throws IOException {
    if (place.contains(".sql ")) {
      String[] parts = place.split(" ", 2);
      Path file = SQL.resolve(parts[0]);
      return Files.exists(file)
          && Files.readString(file).contains("CREATE OR REPLACE FUNCTION " + parts[1] + "(");
    }
    String[] parts = place.split("\\.", 2);
    try (Stream<Path> files = Files.walk(JAVA)) {
      for (Path file : files.filter(each -> each.endsWith(parts[0] + ".java")).toList()) {
        if (parts.length == 1 || Files.readString(file).contains(" " + parts[1] + "(")) {
          return true;
        }
      }
    }
    return false;
  }
}
