package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.testing.TenonExtension;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WidgetBatchTest {

  @RegisterExtension
  final TenonExtension tenon =
      TenonExtension.withWorker(
          new WidgetJobsHandlers(
              new CatalogExportHandler(Duration.ZERO),
              new LabelPrintHandler(),
              new PriceUpdateHandler(),
              new WidgetBatchHandler(Duration.ZERO)));

  @Test
  void makesEveryWidget() {
    WidgetJobs jobs = new WidgetJobs(tenon.jobs());
    UUID id = jobs.widgetBatch().submit(Samples.batch(), SubmitOptions.by("test")).jobId();

    Job job = tenon.awaitEnd(id, Duration.ofSeconds(60));

    assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    WidgetReport report = jobs.widgetBatch().find(id).orElseThrow().result().orElseThrow();
    assertThat(report.made()).isEqualTo(10);
    assertThat(report.value()).isEqualByComparingTo("57.40");
  }

  @Test
  void tellsHowFarItIs() {
    UUID id =
        new WidgetJobs(tenon.jobs())
            .widgetBatch()
            .submit(Samples.batch(), SubmitOptions.by("test"))
            .jobId();

    Job job = tenon.awaitEnd(id, Duration.ofSeconds(60));

    assertThat(job.progress()).isEqualTo(100);
    assertThat(tenon.jobs().logs(id))
        .extracting(JobLogEntry::message)
        .containsExactly("Batch started", "Item finished", "Item finished", "Batch finished");
    assertThat(tenon.jobs().logs(id).items().get(0).data().orElseThrow())
        .contains("\"widgets\":10");
  }

  @Test
  void mayBeMadeAsUsual() {
    WidgetJobs jobs = new WidgetJobs(tenon.jobs());
    WidgetBatch batch =
        new WidgetBatch(
            UUID.randomUUID(), "Hinges", null, List.of(new WidgetItem("HI-1", 1, BigDecimal.ONE)));

    UUID id = jobs.widgetBatch().submit(batch, SubmitOptions.by("test")).jobId();

    assertThat(tenon.awaitEnd(id, Duration.ofSeconds(60)).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.widgetBatch().find(id).orElseThrow().payload()).isEqualTo(batch);
  }

  @Test
  void isRefusedWithEveryPath() {
    WidgetBatch careless =
        new WidgetBatch(
            UUID.randomUUID(), "", new WidgetOptions(0, Optional.of("nobody")), List.of());

    assertThatThrownBy(
            () ->
                new WidgetJobs(tenon.jobs())
                    .widgetBatch()
                    .submit(careless, SubmitOptions.by("test")))
        .isInstanceOfSatisfying(
            InvalidPayloadException.class,
            e ->
                assertThat(e.violations())
                    .extracting("path")
                    .containsExactly("name", "options.quality", "options.contact", "items"));
  }
}
