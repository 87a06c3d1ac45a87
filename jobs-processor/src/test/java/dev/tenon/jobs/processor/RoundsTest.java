package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processors together with others that generate sources in some round. */
class RoundsTest {

  private static final String IMPORT =
      """
      package shop;

      import dev.tenon.jobs.annotation.JobType;

      @JobType("shop.import")
      record Import(%s file) {}
      """;

  private static final String HANDLER =
      """
      package shop;

      import dev.tenon.jobs.JobContext;
      import dev.tenon.jobs.JobHandler;
      import dev.tenon.jobs.annotation.JobType;

      @JobType("shop.import")
      final class ImportHandler implements JobHandler<Import, Void> {
        @Override
        public Void execute(Import payload, JobContext context) {
          return null;
        }
      }
      """;

  private static final String MADE_TYPE = "package shop;\n\nrecord Made(String name) {}\n";

  private static final String SIGNAL =
      """
      package shop;

      @dev.tenon.jobs.annotation.Signal("shop.%2$s")
      public record %1$s(%3$s) {}
      """;

  @TempDir Path directory;

  @Test
  void aPayloadWaitsForATypeOfALaterRound() {
    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Import.java", IMPORT.formatted("Made"))
            .source("shop/ImportHandler.java", HANDLER)
            .processor(new Maker(1, "shop.Made", MADE_TYPE))
            .run()
            .clean();

    assertThat(result.generated().get("shop/ImportJob.java")).contains("requireMade(");
  }

  @Test
  void aMethodWithFromResultsWaitsForATypeOfALaterRound() {
    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "shop/Import.java",
                IMPORT
                    .formatted("String")
                    .replace(
                        "{}",
                        """
                        {
                          @dev.tenon.jobs.annotation.FromResults
                          static java.util.List<Import> ofMade(java.util.List<Made> made) {
                            return made.stream().map(each -> new Import(each.name())).toList();
                          }
                        }\
                        """))
            .source("shop/ImportHandler.java", HANDLER)
            .processor(new Maker(1, "shop.Made", MADE_TYPE))
            .run()
            .clean();

    assertThat(result.generated().get("shop/ImportJob.java"))
        .contains("TaskInput.EachFrom<List<Made>, Import> OF_MADE =");
  }

  @Test
  void aHandlerWaitsForASuperclassOfALaterRound() {
    String base =
        """
        package shop;

        import dev.tenon.jobs.JobHandler;

        abstract class Base implements JobHandler<Import, Void> {}
        """;

    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Import.java", IMPORT.formatted("String"))
            .source(
                "shop/ImportHandler.java",
                HANDLER.replace("implements JobHandler<Import, Void>", "extends Base"))
            .processor(new Maker(1, "shop.Base", base))
            .run();

    assertThat(result.diagnostics()).noneMatch(text -> text.contains("error"));
    assertThat(result.generated()).containsKey("shop/ShopJobsHandlers.java");
  }

  @Test
  void aJobTypeOfTheFirstRoundIsInTheModule() {
    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Import.java", IMPORT.formatted("String"))
            .source("shop/ImportHandler.java", HANDLER)
            .processor(new Maker(1, "shop.Export", exportType()))
            .processor(new Maker(1, "shop.ExportHandler", exportHandler()))
            .run()
            .clean();

    assertThat(result.generated().get("shop/ShopJobsModule.java")).contains("\"shop.export\"");
  }

  @Test
  void aWarningDoesNotEndTheWaitForMoreJobTypes() {
    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "shop/Import.java",
                IMPORT
                    .formatted("String")
                    .replace(
                        "\"shop.import\"",
                        "value = \"shop.import\", maxAttempts = 1, jitter = 0.5"))
            .source("shop/ImportHandler.java", HANDLER)
            .processor(new Maker(1, "shop.Export", exportType()))
            .processor(new Maker(1, "shop.ExportHandler", exportHandler()))
            .run();

    assertThat(result.diagnostics()).singleElement().asString().contains("[JobsUnusedRetry]");
    assertThat(result.generated().get("shop/ShopJobsModule.java")).contains("\"shop.export\"");
  }

  @Test
  void underWerrorAWarningDoesNotCostTheGeneratedClasses() {
    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "shop/Import.java",
                IMPORT
                    .formatted("String")
                    .replace(
                        "\"shop.import\"",
                        "value = \"shop.import\", maxAttempts = 1, jitter = 0.5"))
            .source("shop/ImportHandler.java", HANDLER)
            .source("shop/User.java", "package shop;\n\nrecord User(ShopJobs jobs) {}\n")
            .options("-Werror")
            .run();

    assertThat(result.diagnostics())
        .satisfiesExactly(
            text -> assertThat(text).startsWith("Import.java:5:59: warning: [JobsUnusedRetry]"),
            text -> assertThat(text).contains("warnings found and -Werror specified"));
  }

  @Test
  void aJobTypeThatComesTooLateIsReported() {
    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Import.java", IMPORT.formatted("String"))
            .source("shop/ImportHandler.java", HANDLER)
            .processor(new Maker(2, "shop.Export", exportType()))
            .run();

    assertThat(result.diagnostics())
        .containsExactly(
            "Export.java:6:1: error: [JobsLateType] Export was generated after the module had been"
                + " written. Generate it in the first round of annotation processing, or write it"
                + " by hand.");
  }

  @Test
  void aSignalWaitsForATypeOfALaterRound() {
    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Paid.java", SIGNAL.formatted("Paid", "paid", "Made made"))
            .processor(new Maker(1, "shop.Made", MADE_TYPE))
            .run()
            .clean();

    assertThat(result.generated().get("shop/PaidSignal.java")).contains("requireMade(");
  }

  @Test
  void aSignalOfTheFirstRoundIsInTheModule() {
    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Paid.java", SIGNAL.formatted("Paid", "paid", "String by"))
            .processor(new Maker(1, "shop.Sent", SIGNAL.formatted("Sent", "sent", "String by")))
            .run()
            .clean();

    assertThat(result.generated().get("shop/ShopJobs.java")).contains(" paid() {", " sent() {");
  }

  @Test
  void aSignalThatComesTooLateIsReported() {
    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Import.java", IMPORT.formatted("String"))
            .source("shop/ImportHandler.java", HANDLER)
            .processor(new Maker(2, "shop.Sent", SIGNAL.formatted("Sent", "sent", "String by")))
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .startsWith("Sent.java:4:8: error: [JobsLateType] Sent was generated after");
  }

  @Test
  void aTypeThatDoesNotExistIsLeftToTheCompiler() {
    Compilation.Result result =
        Compilation.in(directory)
            .source("shop/Import.java", IMPORT.formatted("Missing"))
            .source("shop/ImportHandler.java", HANDLER)
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .startsWith("Import.java:6:15: error: cannot find symbol");
  }

  @Test
  void anErrorIsNotFollowedByOnesOnGeneratedClasses() {
    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "shop/Import.java",
                IMPORT
                    .formatted("String")
                    .replace("\"shop.import\"", "value = \"shop.import\", timeout = \"soon\""))
            .source("shop/ImportHandler.java", HANDLER)
            .source(
                "user/User.java",
                """
                package user;

                import shop.ShopJobs;
                import shop.ShopJobsHandlers;
                import shop.ShopJobsModule;

                class User {
                  ShopJobs jobs;
                  ShopJobsModule module;
                  ShopJobsHandlers handlers;
                }
                """)
            .run();

    assertThat(result.diagnostics()).singleElement().asString().contains("[JobsTimeout]");
  }

  @Test
  void theSameSourcesMakeTheSameBytes() {
    Path widgets = Golden.RESOURCES.resolve("good/widgets");

    assertThat(Compilation.in(directory).sources(widgets).run().generated())
        .isEqualTo(Compilation.in(directory).sources(widgets).run().generated());
  }

  private static String exportType() {
    return IMPORT
        .formatted("String")
        .replace("shop.import", "shop.export")
        .replace("Import", "Export");
  }

  private static String exportHandler() {
    return HANDLER.replace("shop.import", "shop.export").replace("Import", "Export");
  }

  /** Makes one source in one round. */
  static final class Maker extends AbstractProcessor {
    private final int round;
    private final String name;
    private final String text;
    private int rounds;

    Maker(int round, String name, String text) {
      this.round = round;
      this.name = name;
      this.text = text;
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
      return Set.of("*");
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
      return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment environment) {
      if (++rounds == round) {
        try (Writer writer = processingEnv.getFiler().createSourceFile(name).openWriter()) {
          writer.write(text);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return false;
    }
  }
}
