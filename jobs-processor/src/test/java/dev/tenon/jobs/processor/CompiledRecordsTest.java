package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records in a payload that come from another compilation. */
class CompiledRecordsTest {

  private static final int FIRST_THAT_SHOWS_THEM = 22;

  private static final String MONEY =
      """
      package lib;

      import jakarta.validation.constraints.NotBlank;
      import java.util.List;
      import org.jspecify.annotations.Nullable;

      public record Money(long amount, @Nullable String currency, List<@NotBlank String> notes) {}
      """;

  private static final String PLAIN =
      """
      package lib;

      public record Money(long amount, String currency) {}
      """;

  private static final String IMPORT =
      """
      package shop;

      import dev.tenon.jobs.annotation.JobModule;
      import dev.tenon.jobs.annotation.JobType;
      import jakarta.validation.Valid;

      @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
      @JobType("shop.import")
      record Import(@Valid lib.Money money) {}
      """;

  @TempDir Path directory;

  @Test
  void annotationsOfTypesAreReadWhereAnOptionOfTheCompilerSaysSo() {
    Compilation.Result result =
        Compilation.in(directory)
            .classPath(library(MONEY))
            .source("shop/Import.java", IMPORT)
            .options("-XDaddTypeAnnotationsToSymbol=true")
            .run()
            .clean();

    assertThat(result.generated().get("shop/ImportJob.java"))
        .contains("notes[", "must not be blank")
        .doesNotContain("\".currency\"");
  }

  @Test
  void hiddenAnnotationsAreReported() {
    Compilation.Result result =
        Compilation.in(directory)
            .classPath(library(MONEY))
            .source("shop/Import.java", IMPORT)
            .run();

    if (Runtime.version().feature() < FIRST_THAT_SHOWS_THEM) {
      assertThat(result.diagnostics())
          .containsExactly(
              "Import.java:8:1: error: [JobsHiddenAnnotations] lib.Money was compiled earlier, and"
                  + " this compiler does not show the type annotations in class files, such as"
                  + " @Nullable and constraints. Compile with JDK 22 or newer, or with"
                  + " -XDaddTypeAnnotationsToSymbol=true.");
    } else {
      result.clean();
    }
  }

  @Test
  void annotationsOfTypeVariablesAreRead() {
    Compilation.Result library =
        Compilation.in(directory)
            .source(
                "lib/Page.java",
                """
                package lib;

                import jakarta.validation.Valid;
                import java.util.List;
                import java.util.Map;
                import org.jspecify.annotations.Nullable;

                public record Page<T, K>(
                    List<@Valid T> items, Map<K, @Valid @Nullable T> byKey, @Valid T[] array) {}
                """)
            .source(
                "lib/Item.java",
                """
                package lib;

                public record Item(@jakarta.validation.constraints.Max(5) int count) {}
                """)
            .run()
            .clean();

    Compilation.Result result =
        Compilation.in(directory)
            .classPath(library)
            .source(
                "shop/Import.java",
                IMPORT.replace("lib.Money money", "lib.Page<lib.Item, String> page"))
            .options(Compilation.SHOW_ANNOTATIONS)
            .run()
            .clean();

    assertThat(result.generated().get("shop/ImportJob.java"))
        .contains("must be at most 5", "nullable(")
        .containsPattern("items\\[.*[\\s\\S]*byKey\\[[\\s\\S]*array\\[");
  }

  @Test
  void hiddenAnnotationsOfSeveralRecordsAreOneError() {
    Compilation.Result library =
        Compilation.in(directory)
            .source("lib/Money.java", MONEY)
            .source("lib/Weight.java", MONEY.replace("Money", "Weight"))
            .run()
            .clean();
    String other =
        IMPORT
            .replace(
                "@JobModule(value = \"ShopJobs\", handlers = JobModule.Handlers.ELSEWHERE)", "")
            .replace("import dev.tenon.jobs.annotation.JobModule;\n", "")
            .replace("shop.import", "shop.export")
            .replace("Import", "Export")
            .replace("lib.Money", "lib.Weight");

    Compilation.Result result =
        Compilation.in(directory)
            .classPath(library)
            .source(
                "shop/Import.java",
                IMPORT.replace("lib.Money money", "lib.Money money, @Valid lib.Weight weight"))
            .source("shop/Export.java", other)
            .run();

    if (Runtime.version().feature() < FIRST_THAT_SHOWS_THEM) {
      assertThat(result.diagnostics())
          .singleElement()
          .asString()
          .contains("[JobsHiddenAnnotations]");
    } else {
      result.clean();
    }
  }

  @Test
  void hiddenAnnotationsAreReportedOnTheModulePathToo() {
    Compilation.Result library =
        Compilation.in(directory)
            .source(
                "module-info.java",
                """
                module lib {
                  requires transitive jakarta.validation;
                  requires transitive org.jspecify;

                  exports lib;
                }
                """)
            .source("lib/Money.java", MONEY)
            .run()
            .clean();

    Compilation.Result result =
        Compilation.in(directory)
            .classPath(library)
            .source(
                "module-info.java",
                """
                open module shop {
                  requires dev.tenon.jobs.runtime;
                  requires jakarta.validation;
                  requires lib;

                  provides dev.tenon.jobs.definition.ModuleDefinition with
                      shop.ShopJobsModule;
                }
                """)
            .source("shop/Import.java", IMPORT)
            .run();

    if (Runtime.version().feature() < FIRST_THAT_SHOWS_THEM) {
      assertThat(result.diagnostics())
          .singleElement()
          .asString()
          .contains("[JobsHiddenAnnotations]", "lib.Money was compiled earlier");
    } else {
      result.clean();
    }
  }

  @Test
  void recordsWithoutSuchAnnotationsNeedNothing() {
    Compilation.Result result =
        Compilation.in(directory)
            .classPath(library(PLAIN))
            .source("shop/Import.java", IMPORT)
            .run()
            .clean();

    assertThat(result.generated().get("shop/ImportJob.java")).contains(".currency");
  }

  @Test
  void sensitiveComponentsAreFoundInClassFiles() {
    String sensitive =
        """
        package lib;

        import dev.tenon.jobs.annotation.Sensitive;

        public record Money(@Sensitive long amount, String currency) {}
        """;
    Compilation.Result result =
        Compilation.in(directory)
            .classPath(library(sensitive))
            .source("shop/Import.java", IMPORT)
            .run()
            .clean();

    assertThat(result.generated().get("shop/ImportJob.java"))
        .contains(".sensitivePayload(\"/money/amount\")");
  }

  private Compilation.Result library(String money) {
    return Compilation.in(directory).source("lib/Money.java", money).run().clean();
  }
}
