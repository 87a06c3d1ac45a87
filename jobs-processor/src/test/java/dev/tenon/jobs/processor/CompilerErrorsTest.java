package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors that the compiler itself reports are not reported again, and hide nothing else. */
class CompilerErrorsTest {

  private static final String RECORD =
      """
      package shop;

      import dev.tenon.jobs.annotation.Description;
      import dev.tenon.jobs.annotation.JobType;
      import jakarta.validation.constraints.*;
      import java.util.List;

      @JobType("shop.import")
      record Import(String file) {}
      """;

  private static final String HANDLER =
      """
      package shop;

      import dev.tenon.jobs.JobContext;
      import dev.tenon.jobs.JobHandler;
      import dev.tenon.jobs.annotation.JobType;

      @JobType("shop.import")
      final class ImportHandler implements JobHandler<Import, Void> {
        public Void execute(Import payload, JobContext context) {
          return null;
        }
      }
      """;

  @TempDir Path directory;

  private static Map<String, String> sources(String record, String handler) {
    Map<String, String> sources = new LinkedHashMap<>();
    sources.put("shop/Import.java", record);
    sources.put("shop/ImportHandler.java", handler);
    sources.put("shop/Export.java", of("Export", RECORD));
    sources.put("shop/ExportHandler.java", of("Export", HANDLER));
    sources.put(
        "user/User.java",
        """
        package user;

        import shop.ShopJobs;
        import shop.ShopJobsHandlers;
        import shop.ShopJobsModule;

        record User(ShopJobs jobs, ShopJobsModule module, ShopJobsHandlers handlers) {}
        """);
    return sources;
  }

  private static String of(String name, String source) {
    return source
        .replace("Import", name)
        .replace("shop.import", "shop." + name.toLowerCase(Locale.ROOT));
  }

  private Compilation compilation(Map<String, String> sources) {
    Compilation compilation = Compilation.in(directory);
    sources.forEach(compilation::source);
    return compilation;
  }

  private static String replaced(String text, String from, String to) {
    assertThat(text).contains(from);
    return text.replace(from, to);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "implements JobHandler<Missing, Void>",
        "implements JobHandler<Import, Missing>",
        "implements JobHandler<Import, Missing[]>",
        "implements Missing<Import, Void>",
        "extends Missing",
        "extends Missing implements JobHandler<Import, Void>",
      })
  void aMissingTypeInTheHeaderOfAHandlerIsTheOnlyError(String header) {
    String handler = replaced(HANDLER, "implements JobHandler<Import, Void>", header);

    assertThat(compilation(sources(RECORD, handler)).run().diagnostics())
        .singleElement()
        .asString()
        .contains("ImportHandler.java:8:", "cannot find symbol", "class Missing");
  }

  /**
   * JLS 8.10.1 forbids the names of the methods without parameters of Object. javac continues after
   * that error, so it also reports missing generated classes.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "record Import(String wait) {}",
        "record Import(int hashCode, String file) {}",
        "record Import(Part part) { record Part(String notify) {} }",
      })
  void aNameThatComponentsMustNotHaveIsTheFirstError(String record) {
    String source = replaced(RECORD, "record Import(String file) {}", record);

    List<String> diagnostics = compilation(sources(source, HANDLER)).run().diagnostics();
    assertThat(diagnostics.get(0)).contains("Import.java:9:", "illegal record component name");
    assertThat(diagnostics).noneMatch(diagnostic -> diagnostic.contains("[Jobs"));
  }

  @Test
  void aMissingImportOfJobHandlerIsTheOnlyError() {
    String handler = replaced(HANDLER, "import dev.tenon.jobs.JobHandler;\n", "");

    assertThat(compilation(sources(RECORD, handler)).run().diagnostics())
        .singleElement()
        .asString()
        .contains("cannot find symbol", "class JobHandler");
  }

  /**
   * The contents of an annotation that does not exist are unknown, and are not reported as missing.
   * The compiler of JDK 17 does not show such annotations.
   */
  @EnabledForJreRange(min = JRE.JAVA_25)
  @ParameterizedTest
  @ValueSource(strings = {"Import", "ImportHandler"})
  void aWrongImportOfJobTypeIsAllThatIsReported(String name) {
    Map<String, String> sources = sources(RECORD, HANDLER);
    sources.compute(
        "shop/" + name + ".java",
        (path, text) -> replaced(text, "dev.tenon.jobs.annotation.JobType", "shop.JobType"));

    assertThat(compilation(sources).run().diagnostics())
        .isNotEmpty()
        .allSatisfy(text -> assertThat(text).startsWith(name + ".java:").contains("class JobType"));
  }

  @EnabledForJreRange(min = JRE.JAVA_25)
  @ParameterizedTest
  @ValueSource(strings = {"Upcaster(from = 1)", "FromResults"})
  void aMissingImportOfAnAnnotationOfAMethodIsTheOnlyError(String annotation) {
    String record =
        replaced(RECORD, "\"shop.import\"", "value = \"shop.import\", version = 2")
            .replace(
                "{}",
                "{ @%s static Import of(String old) { return null; } }".formatted(annotation));

    assertThat(compilation(sources(record, HANDLER)).run().diagnostics())
        .singleElement()
        .asString()
        .contains("Import.java:9:", "cannot find symbol");
  }

  @ParameterizedTest
  @ValueSource(strings = {"JobType", "Upcaster"})
  void aWrongImportHidesNoFaultOfAnotherType(String annotation) {
    Map<String, String> sources = sources(RECORD, HANDLER);
    sources.compute(
        "shop/Import.java",
        (path, text) ->
            replaced(
                    text,
                    "annotation.JobType;",
                    "annotation.JobType;\nimport dev.tenon.jobs.annotation.Upcaster;")
                .replace("(\"shop.import\")", "(value = \"shop.import\", version = 2)")
                .replace(
                    "{}", "{ @Upcaster(from = 1) static Import of(String old) { return null; } }")
                .replace(
                    "dev.tenon.jobs.annotation.%s;".formatted(annotation),
                    "shop.%s;".formatted(annotation)));
    sources.compute(
        "shop/Export.java",
        (path, text) ->
            replaced(text, "\"shop.export\"", "value = \"shop.export\", timeout = \"5x\""));

    assertThat(compilation(sources).run().diagnostics())
        .anyMatch(text -> text.startsWith("Import.java:") && text.contains("class " + annotation))
        .anyMatch(text -> text.startsWith("Export.java:") && text.contains("[JobsTimeout]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "result = Missing.class",
        "result = Missing[].class",
        "noRetryOn = Missing.class",
        "label = Missing.LABEL",
        "maxAttempts = 1 + Missing.MORE",
        "retryDelays = {\"1s\", Missing.DELAY}",
        "limits = @Missing(by = \"file\")",
        "schedules = @dev.tenon.jobs.annotation.Schedule(cron = Missing.CRON)",
        "unique = {@dev.tenon.jobs.annotation.Unique({\"file\", Missing.COMPONENT})}",
      })
  void aMissingTypeInTheAnnotationIsTheOnlyError(String attribute) {
    String record =
        replaced(RECORD, "\"shop.import\"", "value = \"shop.import\", %s".formatted(attribute));

    assertThat(compilation(sources(record, HANDLER)).run().diagnostics())
        .singleElement()
        .asString()
        .containsPattern("Import.java:8:[\\s\\S]*cannot find symbol[\\s\\S]*(?i:missing)");
  }

  /** Such as those that earlier snapshots had. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "limitBy = \"file\"",
        "unique = \"file\"",
        "cron = \"@daily\"",
        "limits = @dev.tenon.jobs.annotation.Limit(maxConcurrent = 2)",
        "unique = @dev.tenon.jobs.annotation.Unique(period = \"1h\")",
        "unique = @dev.tenon.jobs.annotation.Unique(value = \"file\", uniquePeriod = \"5s\")",
        "limits = @Deprecated",
      })
  void anAttributeThatDoesNotExistOrIsMissingIsTheOnlyError(String attribute) {
    String record =
        replaced(RECORD, "\"shop.import\"", "value = \"shop.import\", %s".formatted(attribute));

    Map<String, String> sources = sources(record, HANDLER);
    // javac runs no processor after some of these mistakes
    sources.remove("user/User.java");

    assertThat(compilation(sources).run().diagnostics())
        .singleElement()
        .asString()
        .startsWith("Import.java:8:")
        .doesNotContain("[Jobs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Missing",
        "List<Missing>",
        "Missing<@NotBlank String>",
        "List<Missing<@NotBlank String>>",
        "@Missing String",
        "List<@Missing String>",
        "@Max(Missing.MAX) int",
        "@Size(max = Missing.MAX) String",
        "List<@Size(max = Missing.MAX) String>",
        "@NotBlank(message = Missing.TEXT) String",
      })
  void aMissingTypeInAComponentIsTheOnlyError(String component) {
    String record = replaced(RECORD, "String file", component + " file");

    assertThat(compilation(sources(record, HANDLER)).run().diagnostics())
        .singleElement()
        .asString()
        .containsPattern("Import.java:9:[\\s\\S]*cannot find symbol[\\s\\S]*(?i:missing)");
  }

  @Test
  void aConstantOfALaterRoundIsTheLimit() {
    String record = replaced(RECORD, "String file", "@Max(Limits.MAX) int file");

    Compilation.Result result =
        compilation(sources(record, HANDLER))
            .processor(
                new RoundsTest.Maker(
                    1, "shop.Limits", "package shop;\n\ninterface Limits { int MAX = 17; }\n"))
            .run();

    assertThat(result.success()).as("%s", result.diagnostics()).isTrue();
    assertThat(result.generated().get("shop/ImportJob.java")).contains("17");
  }

  /** The module cannot be written twice. */
  @Test
  void aTypeThatComesWhenTheModuleIsWrittenIsTooLate() {
    Compilation.Result result =
        compilation(sources(RECORD, replaced(HANDLER, "Import, Void>", "Import, Made>")))
            .processor(
                new RoundsTest.Maker(2, "shop.Made", "package shop;\n\nrecord Made(String a) {}\n"))
            .run();

    assertThat(result.diagnostics())
        .anyMatch(
            text -> text.contains("[JobsLateType] A type that the module needs was generated"));
  }

  /** Faults in annotations, and the messages of Eclipse's compiler. */
  static List<List<String>> mistypedValues() {
    return List.of(
        List.of("@JobType(\"shop.import\")", "@JobType(label = \"x\")", "must define"),
        List.of("@JobType(\"shop.import\")", "@JobType", "must define"),
        List.of("@JobType(\"shop.import\")", "@JobType(5)", "Type mismatch"),
        List.of("@JobType(\"shop.import\")", "@JobType(null)", "constant expression"),
        List.of("@JobType(\"shop.import\")", "@JobType(MISSING)", "MISSING cannot be resolved"),
        List.of("\"shop.import\"", "value = \"shop.import\", timeout = 5", "Type mismatch"),
        List.of("\"shop.import\"", "value = \"shop.import\", retryDelays = 5", "Type mismatch"),
        List.of("\"shop.import\"", "value = \"shop.import\", noRetryOn = \"x\"", "Type mismatch"),
        List.of(
            "\"shop.import\"",
            "value = \"shop.import\", noRetryOn = String.class",
            "Type mismatch"),
        List.of("\"shop.import\"", "value = \"shop.import\", jitter = \"x\"", "Type mismatch"),
        List.of("\"shop.import\"", "value = \"shop.import\", external = \"x\"", "Type mismatch"),
        List.of("\"shop.import\"", "value = \"shop.import\", result = 5", "Type mismatch"),
        List.of("\"shop.import\"", "value = \"shop.import\", aliases = 5", "Type mismatch"),
        List.of(
            "\"shop.import\"",
            "value = \"shop.import\", limits = @dev.tenon.jobs.annotation.Limit",
            "must define"),
        List.of("\"shop.import\"", "value = \"shop.import\", unique = \"file\"", "must be some @"),
        List.of(
            "\"shop.import\"",
            "value = \"shop.import\", schedules = @dev.tenon.jobs.annotation.Schedule(cron = 5)",
            "Type mismatch"),
        List.of("String file", "@Max(\"1000\") int file", "Type mismatch"),
        List.of("String file", "@Max int file", "must define"),
        List.of("String file", "List<@Max(\"1000\") Integer> file", "Type mismatch"),
        List.of("String file", "@Size(max = \"3\") String file", "Type mismatch"),
        List.of("String file", "@Size.List(5) String file", "must be some @"),
        List.of("String file", "@Digits(fraction = 2) int file", "must define"),
        List.of("String file", "@Pattern(regexp = 5) String file", "Type mismatch"),
        List.of("String file", "@DecimalMin(value = \"5\", inclusive = 1) int file", "mismatch"),
        List.of("String file", "@Description(5) String file", "Type mismatch"));
  }

  @ParameterizedTest
  @MethodSource("mistypedValues")
  void eclipsesCompilerAloneReportsAValueOfAnotherType(List<String> mistake) throws IOException {
    String record = replaced(RECORD, mistake.get(0), mistake.get(1));
    Path input = directory.resolve("sources");
    for (Map.Entry<String, String> source : sources(record, HANDLER).entrySet()) {
      Path file = input.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
    }

    EclipseCompilation compiled = EclipseCompilation.of(input, directory);

    assertThat(compiled.success()).isFalse();
    assertThat(compiled.output())
        .contains("shop/Import.java", mistake.get(2))
        .doesNotContain("[Jobs", "Exception", "user/User.java");
  }
}
