package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.testing.TenonExtension;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chain that the quickstart page shows, and what the compiler says of one that does not fit.
 */
class LabelledBatchTest {

  @RegisterExtension
  final TenonExtension tenon = TenonExtension.withWorker(Samples.handlers(Duration.ZERO));

  @Test
  void theLabelIsMadeFromTheResultOfTheBatch() {
    WidgetJobs jobs = new WidgetJobs(tenon.jobs());

    SubmittedWorkflow submitted = LabelledBatch.submit(tenon.jobs(), Samples.batch());

    UUID label = jobs.labelPrint().list(JobQuery.all()).items().get(0).id();
    tenon.awaitEnd(label, Duration.ofSeconds(20));
    assertThat(jobs.labelPrint().find(label).orElseThrow().payload())
        .isEqualTo(new LabelPrint("10 widgets", "packing"));
    assertThat(tenon.jobs().workflows().find(submitted.id()).orElseThrow().completed())
        .isEqualTo(1);
  }

  @Test
  void aResultOfAnotherTypeIsShownOnThePage(@TempDir Path folder) throws IOException {
    Mistake another =
        new Mistake(
            "A result of another type",
            "LabelledBatch",
            "Task<WidgetReport> made = workflow.add(jobs.widgetBatch(), batch);",
            "var made = workflow.add(jobs.priceUpdate(), new PriceUpdate(\"GW-12\", 0));");
    List<String> shown =
        new Document(Document.QUICKSTART)
            .blocks("text")
            .filter(block -> block.contains("LabelledBatch.java"))
            .toList();
    assertThat(shown).hasSize(1);
    // An ellipsis stands for the overloads that do not matter
    assertThat(QuickstartCompiler.compile(another, folder))
        .startsWith(shown.get(0).substring(0, shown.get(0).indexOf("\n…")))
        .containsSubsequence(shown.get(0).split("\n…\n?"));
  }
}
