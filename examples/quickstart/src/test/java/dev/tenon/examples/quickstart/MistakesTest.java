package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/mistakes.md} shows what the compiler says about typical mistakes, each made in the
 * quickstart. {@code -Dtenon.golden=rewrite} writes it again, for review in the diff.
 */
class MistakesTest {

  private static final Path PAGE = Document.ROOT.resolve("docs/mistakes.md");

  private static final List<Mistake> MISTAKES =
      List.of(
          new Mistake(
              "A misspelled type",
              "WidgetBatchHandler",
              "@JobType(\"widget.process.batch\")",
              "@JobType(\"widget.proces.batch\")"),
          new Mistake(
              "A handler that was forgotten",
              "LabelPrintHandler",
              "@JobType(\"label.print\")\n",
              ""),
          new Mistake(
              "Two records with one job type",
              "LabelPrint",
              "value = \"label.print\"",
              "value = \"price.update\""),
          new Mistake(
              "An invalid job type",
              "CatalogExport",
              "value = \"catalog.export\"",
              "value = \"CatalogExport\""),
          new Mistake(
              "A duration in words", "WidgetBatch", "timeout = \"5m\"", "timeout = \"5 minutes\""),
          new Mistake("No attempts", "CatalogExport", "maxAttempts = 1", "maxAttempts = 0"),
          new Mistake(
              "More retry delays than retries",
              "LabelPrint",
              "retryDelays = {\"500ms\"}",
              "retryDelays = {\"500ms\", \"1s\", \"5s\"}"),
          new Mistake(
              "A retry delay without a unit",
              "PriceUpdate",
              "retryDelays = {\"500ms\", \"1s\"}",
              "retryDelays = {\"500\", \"1s\"}"),
          new Mistake(
              "A handler for another payload",
              "LabelPrintHandler",
              "implements JobHandler<LabelPrint, Void> {\n\n  @Override\n  public Void execute(LabelPrint label, JobContext context) {\n    throw new IllegalStateException(\"There is no printer '\" + label.printer() + \"'\");",
              "implements JobHandler<WidgetBatch, Void> {\n\n  @Override\n  public Void execute(WidgetBatch batch, JobContext context) {\n    throw new IllegalStateException(\"There is no printer for \" + batch.name());"),
          new Mistake(
              "A result that was not declared",
              "WidgetBatch",
              "    result = WidgetReport.class,\n",
              ""),
          new Mistake(
              "Settings on the handler",
              "PriceUpdateHandler",
              "@JobType(\"price.update\")",
              "@JobType(value = \"price.update\", timeout = \"30s\")"),
          new Mistake(
              "A payload that is a class",
              "CatalogExport",
              "public record CatalogExport(@Positive int pages) {}",
              "public class CatalogExport {\n  @Positive int pages;\n\n  public int pages() {\n    return pages;\n  }\n}"),
          new Mistake(
              "A component that JSON cannot carry",
              "WidgetOptions",
              "Optional<@Email String> contact",
              "Optional<@Email String> contact, Runnable callback"),
          new Mistake(
              "A constraint on the wrong type",
              "WidgetOptions",
              "@Min(1) @Max(9) int quality",
              "@Email int quality"),
          new Mistake(
              "A regular expression that does not compile",
              "WidgetItem",
              "regexp = \"[A-Z]{2}-[0-9]+\"",
              "regexp = \"[A-Z{2}-[0-9]+\""),
          new Mistake(
              "Limits that allow no value",
              "WidgetBatch",
              "@Size(max = 80)",
              "@Size(min = 100, max = 80)"),
          new Mistake(
              "A nested record without @Valid",
              "WidgetBatch",
              "List<@Valid WidgetItem> items",
              "List<WidgetItem> items"),
          new Mistake(
              "A handler that is an abstract class",
              "CatalogExportHandler",
              "public final class CatalogExportHandler",
              "public abstract class CatalogExportHandler"),
          new Mistake(
              "A worker without one of the handlers",
              "WorkerMain",
              "              new LabelPrintHandler(),\n",
              ""),
          new Mistake(
              "A payload of another type",
              "SubmitMain",
              "jobs.widgetBatch().submit(batch, SubmitOptions.by(\"quickstart\"))",
              "jobs.labelPrint().submit(batch, SubmitOptions.by(\"quickstart\"))"),
          new Mistake(
                  "A limit by a component that does not exist",
                  "PriceUpdate",
                  "import dev.tenon.jobs.annotation.JobType;\n",
                  "import dev.tenon.jobs.annotation.JobType;\nimport dev.tenon.jobs.annotation.Limit;\n")
              .and(
                  "retryDelays = {\"500ms\", \"1s\"}",
                  "retryDelays = {\"500ms\", \"1s\"},\n    limits = @Limit(by = \"skus\")"),
          new Mistake(
                  "A limit that is never reached",
                  "LabelPrint",
                  "import dev.tenon.jobs.annotation.JobType;\n",
                  "import dev.tenon.jobs.annotation.JobType;\nimport dev.tenon.jobs.annotation.Limit;\n")
              .and(
                  "retryDelays = {\"500ms\"}",
                  "retryDelays = {\"500ms\"},\n    maxConcurrent = 2,\n    limits = @Limit(by = \"printer\", maxConcurrent = 5)"),
          new Mistake(
                  "Jobs that are unique by a list",
                  "WidgetBatch",
                  "import dev.tenon.jobs.annotation.JobType;\n",
                  "import dev.tenon.jobs.annotation.JobType;\nimport dev.tenon.jobs.annotation.Unique;\n")
              .and(
                  "priority = JobPriority.HIGH",
                  "priority = JobPriority.HIGH,\n    unique = @Unique(\"items\")"),
          new Mistake(
                  "A cron expression of Quartz",
                  "CatalogExport",
                  "import dev.tenon.jobs.annotation.JobType;\n",
                  "import dev.tenon.jobs.annotation.JobType;\nimport dev.tenon.jobs.annotation.Schedule;\n")
              .and(
                  "    retryDelays = {})\npublic record CatalogExport(@Positive int pages) {}",
                  "    retryDelays = {},\n    schedules = @Schedule(cron = \"0 30 3 ? * *\"))\npublic record CatalogExport(@Positive int pages) {\n  CatalogExport() {\n    this(100);\n  }\n}"),
          new Mistake(
                  "A schedule in a zone that does not exist",
                  "CatalogExport",
                  "import dev.tenon.jobs.annotation.JobType;\n",
                  "import dev.tenon.jobs.annotation.JobType;\nimport dev.tenon.jobs.annotation.Schedule;\n")
              .and(
                  "    retryDelays = {})\npublic record CatalogExport(@Positive int pages) {}",
                  "    retryDelays = {},\n    schedules = @Schedule(cron = \"30 3 * * *\", zone = \"Europe/Berln\"))\npublic record CatalogExport(@Positive int pages) {\n  CatalogExport() {\n    this(100);\n  }\n}"),
          new Mistake(
                  "A schedule without a payload",
                  "CatalogExport",
                  "import dev.tenon.jobs.annotation.JobType;\n",
                  "import dev.tenon.jobs.annotation.JobType;\nimport dev.tenon.jobs.annotation.Schedule;\n")
              .and(
                  "retryDelays = {}",
                  "retryDelays = {},\n    schedules = @Schedule(cron = \"30 3 * * *\")"),
          new Mistake(
                  "A second schedule without a name",
                  "CatalogExport",
                  "import dev.tenon.jobs.annotation.JobType;\n",
                  "import dev.tenon.jobs.annotation.JobType;\nimport dev.tenon.jobs.annotation.Schedule;\n")
              .and(
                  "    retryDelays = {})\npublic record CatalogExport(@Positive int pages) {}",
                  "    retryDelays = {},\n    schedules = {@Schedule(name = \"nightly\", cron = \"30 3 * * *\"), @Schedule(fixedDelay = \"6h\")})\npublic record CatalogExport(@Positive int pages) {\n  CatalogExport() {\n    this(100);\n  }\n}"),
          new Mistake(
                  "A limit by a sensitive component",
                  "PriceUpdate",
                  "import dev.tenon.jobs.annotation.JobType;\n",
                  "import dev.tenon.jobs.annotation.JobType;\nimport dev.tenon.jobs.annotation.Limit;\nimport dev.tenon.jobs.annotation.Sensitive;\n")
              .and(
                  "    retryDelays = {\"500ms\", \"1s\"})\npublic record PriceUpdate(@NotBlank String sku, @Min(0) int outages) {}",
                  "    retryDelays = {\"500ms\", \"1s\"},\n    limits = @Limit(by = \"sku\", maxConcurrent = 1))\npublic record PriceUpdate(@Sensitive @NotBlank String sku, @Min(0) int outages) {}"),
          new Mistake(
                  "A sensitive field of a handler",
                  "WidgetBatchHandler",
                  "import dev.tenon.jobs.annotation.JobType;\n",
                  "import dev.tenon.jobs.annotation.JobType;\nimport dev.tenon.jobs.annotation.Sensitive;\n")
              .and(
                  "  private final Duration timePerWidget;",
                  "  @Sensitive private final Duration timePerWidget;"));

  @Test
  void arePrintedAsThePageShows(@TempDir Path folder) throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Mistakes, and what the compiler says

            Each of these mistakes was made in the [quickstart](../examples/quickstart). Below it is everything that
            `javac` printed: one cause, one error or warning. [diagnostics.md](diagnostics.md) explains each id in brackets. A test
            generates this page.
            """);
    int number = 0;
    for (Mistake mistake : MISTAKES) {
      Path sources = Files.createDirectory(folder.resolve("mistake-" + ++number));
      String said = QuickstartCompiler.compile(mistake, sources);
      assertThat(said).as(mistake.title()).contains(".java:");
      page.append(
          """

          ## %d. %s

          `%s.java`:

          ```diff
          %s```

          ```text
          %s
          ```
          """
              .formatted(number, mistake.title(), mistake.file(), mistake.diff(), said.strip()));
    }
    if ("rewrite".equals(System.getProperty("tenon.golden"))) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).content().isEqualTo(page.toString());
  }
}
