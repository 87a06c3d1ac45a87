package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiles one version of a job type after the other, with a file for the schema lock. */
class SchemaLockTest {

  private static final String HEAD =
      """
      package shop;

      import dev.tenon.jobs.annotation.FromResults;
      import dev.tenon.jobs.annotation.JobModule;
      import dev.tenon.jobs.annotation.JobType;
      import dev.tenon.jobs.annotation.Sensitive;
      import dev.tenon.jobs.annotation.Upcaster;
      import jakarta.validation.constraints.Max;
      import jakarta.validation.constraints.Size;
      import org.jspecify.annotations.Nullable;

      """;

  private static final String MODULE =
      "@JobModule(value = \"ShopJobs\", handlers = JobModule.Handlers.ELSEWHERE)\n";

  private static final String FIRST =
      "@JobType(\"order.place\") record Order(@Size(max = 80) String sku, int count) {}\n";

  private static final String SECOND =
      """
      @JobType(value = "order.place", version = 2)
      record Order(@Size(max = 80) String sku, long count, String way) {

        @Upcaster(from = 1)
        static Order fromVersion1(String json) {
          return new Order(json, 1, "post");
        }
      }
      """;

  /** With room for a method. */
  private static final String INPUTS =
      """
      @JobType("order.place")
      record Order(String sku) {
        static Order of(@Nullable Object any) {
          return new Order("" + any);
        }

        record Note(String text) {}

        %s
      }
      """;

  @TempDir Path directory;
  private Path lock;

  @BeforeEach
  void nameTheFile() {
    lock = directory.resolve("jobs.lock.json");
  }

  private Compilation compilation(String source, String... options) {
    return Compilation.in(directory)
        .source("shop/Order.java", HEAD + MODULE + source)
        .options("-Atenon.lock=" + lock)
        .options(options);
  }

  private List<String> compile(String source, String... options) {
    return compilation(source, options).run().diagnostics();
  }

  private List<String> compileBoth(String order, String count) {
    return compilation(order).source("shop/Count.java", HEAD + count).run().diagnostics();
  }

  private String file() throws IOException {
    return Files.readString(lock);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"shapes", "unions", "values", "versions", "workflows", "steps", "signals"})
  void theFileIsWrittenSortedAndOneLineAComponent(String name) {
    Compilation.in(directory)
        .sources(Golden.RESOURCES.resolve("good").resolve(name))
        .options("-Atenon.lock=" + lock, "-Werror")
        .run()
        .clean();

    Golden.check(Golden.RESOURCES.resolve("expected/lock/" + name + ".json"), read());
  }

  private String read() {
    try {
      return file();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theSameSourcesLeaveTheFileAlone() throws IOException {
    assertThat(compile(FIRST)).isEmpty();
    String first = file();
    FileTime before = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(lock, before);

    assertThat(compile(FIRST)).isEmpty();
    assertThat(compile(FIRST, "-Atenon.lock.mode=frozen")).isEmpty();
    assertThat(compile(FIRST, "-Atenon.lock.mode=accept")).isEmpty();

    assertThat(file()).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(lock)).isEqualTo(before);
    // Differences of form only do not count
    Files.writeString(lock, first.replace("\n", "\r\n").replace("  ", "\t"));
    assertThat(compile(FIRST, "-Atenon.lock.mode=frozen")).isEmpty();
  }

  @Test
  void whatIsSensitiveIsNotInTheFile() throws IOException {
    assertThat(compile(FIRST)).isEmpty();
    String first = file();
    String sensitive = FIRST.replace("int count", "@Sensitive int count");

    assertThat(compile(sensitive, "-Atenon.lock.mode=frozen")).isEmpty();
    assertThat(compile(FIRST, "-Atenon.lock.mode=frozen")).isEmpty();
    assertThat(file()).isEqualTo(first);
  }

  @Test
  void nothingElseIsLeftNextToIt() throws IOException {
    assertThat(compile(FIRST)).isEmpty();

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(Files::isRegularFile)).containsExactly(lock);
    }
  }

  @Test
  void aChangeThatBreaksNothingIsWritten() throws IOException {
    assertThat(compile(FIRST)).isEmpty();

    assertThat(
            compile(
                "@JobType(\"order.place\") record Order(@Size(max = 80) String sku, int count,"
                    + " @Nullable String note) {}"))
        .isEmpty();

    assertThat(file())
        .contains("\"maxSize\": 80", "\"note\": {\"type\": \"String\", \"optional\": true}");
  }

  @Test
  void everyChangeThatBreaksJobsIsReportedInOneBuildAndNothingIsWritten() throws IOException {
    assertThat(compile(FIRST)).isEmpty();
    String first = file();

    assertThat(
            compile(
                "@JobType(\"order.place\") record Order(@Size(max = 70) String sku, long count,"
                    + " String way, @Max(1) int n) {}"))
        .hasSize(4)
        .allMatch(text -> text.contains("[JobsBreakingChange]"));
    assertThat(file()).isEqualTo(first);
  }

  @Test
  void aNewVersionWithItsUpcasterIsWritten() throws IOException {
    assertThat(compile(FIRST)).isEmpty();

    assertThat(compile(SECOND)).isEmpty();

    assertThat(file()).contains("\"version\": 2", "\"count\": {\"type\": \"long\"}");
    assertThat(compile(SECOND.replace("long count", "int count")))
        .singleElement()
        .asString()
        .contains(
            "Order.count changed from long to int, so stored jobs may not be readable.",
            "Undo it, or write version = 3");
  }

  @Test
  void oneSwitchAcceptsEverything() throws IOException {
    assertThat(compile(FIRST)).isEmpty();

    assertThat(
            compile(
                "@JobType(\"order.send\") record Order(long count) {}", "-Atenon.lock.mode=accept"))
        .isEmpty();

    assertThat(file())
        .contains("\"order.send\"", "\"count\": {\"type\": \"long\"}")
        .doesNotContain("order.place");
  }

  @Test
  void aRenamedTypeTakesItsEntryAlong() throws IOException {
    assertThat(compile(FIRST)).isEmpty();
    String renamed = FIRST.replace("\"order.place\"", "value = \"order.send\"");

    assertThat(compile(renamed.replace("send\"", "send\", aliases = \"order.place\""))).isEmpty();

    assertThat(file())
        .contains("\"order.send\": {", "\"aliases\": [\"order.place\"]")
        .doesNotContain("\"order.place\": {");
    assertThat(compile(renamed))
        .singleElement()
        .asString()
        .contains(
            "In 'order.send', the alias 'order.place' was removed, so stored jobs may not run. Undo"
                + " it;");
  }

  @Test
  void aRenamedTypeMustKeepItsShapeOrRaiseItsVersion() {
    assertThat(compile(FIRST)).isEmpty();

    assertThat(
            compile(
                "@JobType(value = \"order.send\", aliases = \"order.place\")"
                    + " record Order(long count, String sku) {}"))
        .singleElement()
        .asString()
        .contains("In 'order.send', Order.count changed from int to long, so stored jobs");
  }

  @Test
  void anotherModuleHasItsOwnEntriesInTheFile() throws IOException {
    assertThat(compile(FIRST)).isEmpty();

    assertThat(
            Compilation.in(directory)
                .source(
                    "mail/Mail.java",
                    "package mail;\n"
                        + "import dev.tenon.jobs.annotation.*;\n"
                        + MODULE.replace("Shop", "Mail")
                        + "@JobType(\"mail.send\") record Mail(String to) {}")
                .options("-Atenon.lock=" + lock)
                .run()
                .diagnostics())
        .isEmpty();

    assertThat(file()).contains("\"order.place\": {", "\"mail.send\": {");
  }

  @Test
  void aRenamedModuleKeepsItsEntries() throws IOException {
    assertThat(compile(FIRST)).isEmpty();

    assertThat(
            Compilation.in(directory)
                .source("shop/Order.java", HEAD + MODULE.replace("ShopJobs", "StoreJobs") + FIRST)
                .options("-Atenon.lock=" + lock)
                .run()
                .diagnostics())
        .isEmpty();

    assertThat(file()).contains("\"module\": \"shop.StoreJobsModule\"").doesNotContain("ShopJobs");
  }

  @Test
  void nothingIsWrittenWhileSomethingIsWrong() {
    // A fault that the processor finds, and one that only the compiler does
    assertThat(compile(FIRST.replace("order.place", "Order"))).isNotEmpty();
    assertThat(compile(FIRST.replace("int count", "Missing count"))).isNotEmpty();

    assertThat(lock).doesNotExist();
  }

  @Test
  void aRoutingKeyMayChangeWhereTheOldQueueIsStillConsumed() throws IOException {
    assertThat(compile(FIRST)).isEmpty();

    assertThat(
            compileBoth(
                FIRST.replace(
                    "\"order.place\"", "value = \"order.place\", routingKey = \"orders\""),
                "@JobType(value = \"order.count\", routingKey = \"jobs.order.place\")"
                    + " record Count() {}"))
        .isEmpty();

    assertThat(file()).contains("\"routingKey\": \"orders\"");
  }

  /** The queue is a different one, but workers still take the jobs of the type from it. */
  @Test
  void theDefaultRoutingKeyMayBeNamedOrNot() throws IOException {
    String named =
        FIRST.replace(
            "\"order.place\"", "value = \"order.place\", routingKey = \"jobs.order.place\"");
    assertThat(compile(FIRST)).isEmpty();
    String first = file();

    assertThat(compile(named)).isEmpty();
    assertThat(compile(FIRST)).isEmpty();

    assertThat(file()).isEqualTo(first);
  }

  @Test
  void componentsAreComparedByTheirJsonNames() throws IOException {
    assertThat(compile(FIRST)).isEmpty();
    String first = file();

    assertThat(
            compile(
                "@JobType(\"order.place\") record Order(@Size(max = 80)"
                    + " @com.fasterxml.jackson.annotation.JsonProperty(\"sku\") String article,"
                    + " int count) {}"))
        .isEmpty();

    assertThat(file()).isEqualTo(first);
  }

  @Test
  void withoutTheOptionThereIsNoLock() {
    Compilation.in(directory).source("shop/Order.java", HEAD + MODULE + FIRST).run();

    assertThat(lock).doesNotExist();
  }

  @Test
  void aTypeThatCannotBeSeenInFullIsLeftAsItIs() throws IOException {
    String order =
        HEAD
            + "@JobType(\"order.place\") record Order(@Nullable String note,"
            + " java.util.List<@Size(max = 9) String> tags) {}\n";
    String other = HEAD + MODULE + "@JobType(\"order.count\") record Other(int n) {}\n";
    Compilation.Result before =
        Compilation.in(directory)
            .source("shop/Order.java", order)
            .source("shop/Other.java", other)
            .options("-Atenon.lock=" + lock)
            .run();
    assertThat(before.success()).isTrue();
    String first = file();
    assertThat(first).contains("\"maxSize\": 9", "\"optional\": true");

    // Unchanged records come from class files, whose annotations javac does not show below 22
    List<String> diagnostics =
        Compilation.in(directory)
            .classPath(before)
            .source("shop/Other.java", other.replace("int n", "int n, @Nullable String s"))
            .processedClass("shop.Order")
            .options("-Atenon.lock=" + lock)
            .run()
            .diagnostics();

    assertThat(diagnostics).noneMatch(text -> text.contains("[JobsBreakingChange]"));
    assertThat(file())
        .isEqualTo(
            first.replace(
                "\"n\": {\"type\": \"int\"}",
                "\"n\": {\"type\": \"int\"},\n"
                    + "            \"s\": {\"type\": \"String\", \"optional\": true}"));
  }

  @Test
  void aMethodWithFromResultsMayBeAddedAndDeprecatedAndHaveItsTypesRenamed() throws IOException {
    assertThat(compile(INPUTS.formatted(""))).isEmpty();
    assertThat(file()).doesNotContain("inputs");

    String added =
        INPUTS.formatted("@FromResults static Order ofNote(Note note) { return of(note); }");
    assertThat(compile(added)).isEmpty();
    assertThat(file()).contains("\"ofNote\": \"(result) -> payload\"");

    assertThat(
            compile(
                added
                    .replace("@From", "@Deprecated @From")
                    .replace("Note note", "Text note")
                    .replace("record Note", "record Text")))
        .isEmpty();
    assertThat(file()).contains("\"ofNote\": \"(result) -> payload\"");
  }

  @Test
  void aHigherVersionDoesNotReplaceAMethodWithFromResults() throws IOException {
    String method = "@FromResults static Order ofNote(Note note) { return of(note); }";
    assertThat(compile(INPUTS.formatted(method))).isEmpty();
    String first = file();
    String second =
        INPUTS
            .formatted("@Upcaster(from = 1) static Order old(String json) { return of(null); }")
            .replace("\"order.place\"", "value = \"order.place\", version = 2");

    assertThat(compile(second))
        .singleElement()
        .asString()
        .contains("[JobsBreakingChange]", "the @FromResults method ofNote was removed");
    assertThat(file()).isEqualTo(first);
    assertThat(compile(second, "-Atenon.lock.mode=accept")).isEmpty();
    assertThat(file()).doesNotContain("ofNote");
  }

  @Test
  void aMethodWithFromResultsThatCannotBeUsedIsReportedOnce() {
    String method = "@FromResults static Order ofNote(Note note) { return of(note); }";
    assertThat(compile(INPUTS.formatted(method))).isEmpty();

    assertThat(compile(INPUTS.formatted(method.replace("static", "private static"))))
        .singleElement()
        .asString()
        .contains("[JobsTaskInput] ofNote() is private");
  }
}
