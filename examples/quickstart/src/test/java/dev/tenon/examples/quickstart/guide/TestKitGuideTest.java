package dev.tenon.examples.quickstart.guide;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static dev.tenon.jobs.testing.JobAssertions.assertThatJobsIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.quickstart.CatalogExport;
import dev.tenon.examples.quickstart.CatalogExportHandler;
import dev.tenon.examples.quickstart.CatalogExportJob;
import dev.tenon.examples.quickstart.LabelPrintHandler;
import dev.tenon.examples.quickstart.PriceUpdate;
import dev.tenon.examples.quickstart.PriceUpdateHandler;
import dev.tenon.examples.quickstart.PriceUpdateJob;
import dev.tenon.examples.quickstart.WidgetBatchHandler;
import dev.tenon.examples.quickstart.WidgetJobs;
import dev.tenon.examples.quickstart.WidgetJobsHandlers;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.testing.EmbeddedJobs;
import dev.tenon.jobs.testing.HandlerRun;
import dev.tenon.jobs.testing.HandlerTest;
import dev.tenon.jobs.testing.InMemoryJobs;
import dev.tenon.jobs.testing.StopSignal;
import dev.tenon.jobs.testing.TestClock;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Runs what the page about tests shows. */
class TestKitGuideTest {

  private static JobHandlers handlers() {
    return new WidgetJobsHandlers(
        new CatalogExportHandler(Duration.ZERO),
        new LabelPrintHandler(),
        new PriceUpdateHandler(),
        new WidgetBatchHandler(Duration.ZERO));
  }

  @Test
  void theThirdAttemptFindsAPrice() {
    HandlerTest<PriceUpdate, BigDecimal> prices =
        HandlerTest.of(PriceUpdateJob.DEFINITION, new PriceUpdateHandler());
    PriceUpdate update = new PriceUpdate("GW-12", 2);

    assertThat(prices.run(update)).isRetriedIn(Duration.ofMillis(500)).hasThrown(IOException.class);
    assertThat(prices.withAttempt(2).run(update)).isRetriedIn(Duration.ofSeconds(1));
    assertThat(prices.withAttempt(3).run(update)).isCompletedWith(new BigDecimal("2.50"));
  }

  @Test
  void anExportThatIsCancelledStops() {
    HandlerRun<?> run =
        HandlerTest.of(CatalogExportJob.DEFINITION, new CatalogExportHandler(Duration.ZERO))
            .withSignal(StopSignal.CANCEL, reports -> reports.percent() >= 50)
            .run(new CatalogExport(400));

    assertThat(run).isCancelled().hasProgress(50);
  }

  @Test
  void aPriceIsFetchedInTheEnd() {
    InMemoryJobs jobs = InMemoryJobs.of(handlers());
    UUID id =
        new WidgetJobs(jobs)
            .priceUpdate()
            .submit(new PriceUpdate("GW-12", 2), SubmitOptions.by("test"))
            .jobId();

    jobs.drain();
    assertThat(jobs.get(id).error().flatMap(JobError::message))
        .contains("The price service answered 503");

    jobs.advance(Duration.ofMinutes(1));
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.attempts(id)).hasSize(3);
  }

  @Test
  void theCacheIsCleanedInTheNight() {
    TestClock clock = TestClock.at(Instant.parse("2026-03-27T12:00:00Z"));
    InMemoryJobs jobs = InMemoryJobs.builder().clock(clock).modules(new TestJobsModule()).build();

    jobs.advance(Duration.ofDays(3));

    // Not on the weekend, in which the clocks of Berlin are put forward
    assertThat(jobs)
        .submitted(CacheCleanupJob.DEFINITION)
        .dueAt(Instant.parse("2026-03-30T01:30:00Z"))
        .once();
  }

  @Test
  void theStockIsReconciledByTwoSchedules() {
    TestClock clock = TestClock.at(Instant.parse("2026-03-27T12:00:00Z"));
    InMemoryJobs jobs = InMemoryJobs.builder().clock(clock).modules(new TestJobsModule()).build();

    jobs.advance(Duration.ofDays(3));

    // Each is held up by its own runs alone, which nothing ends here
    assertThat(jobs)
        .submitted(StockReconcileJob.DEFINITION)
        .dueAt(Instant.parse("2026-03-28T02:00:00Z"))
        .once();
    assertThat(jobs)
        .submitted(StockReconcileJob.DEFINITION)
        .dueAt(Instant.parse("2026-03-30T10:00:00Z"))
        .once();
  }

  @Test
  void ordersAPriceForLater() {
    InMemoryJobs jobs = InMemoryJobs.create();
    SubmitOptions tonight = SubmitOptions.by("user-7").withDelay(Duration.ofHours(8));
    new WidgetJobs(jobs).priceUpdate().submit(new PriceUpdate("GW-12", 0), tonight);

    assertThat(jobs)
        .submitted(PriceUpdateJob.DEFINITION)
        .with(update -> update.sku().startsWith("GW-"))
        .dueIn(Duration.ofHours(8))
        .submittedBy("user-7")
        .once();
  }

  @Test
  void withoutJUnit() {
    try (EmbeddedJobs tenon = EmbeddedJobs.start()) {
      tenon.startWorker(handlers());
      UUID id =
          new WidgetJobs(tenon.jobs())
              .priceUpdate()
              .submit(new PriceUpdate("GW-12", 0), SubmitOptions.by("test"))
              .jobId();
      Job job = tenon.awaitEnd(id, Duration.ofSeconds(60));
      assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    }
  }

  @Test
  void aTransactionIsRolledBack() throws SQLException {
    try (EmbeddedJobs tenon = EmbeddedJobs.start();
        Connection connection = tenon.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      new WidgetJobs(tenon.jobs())
          .in(connection)
          .priceUpdate()
          .submit(new PriceUpdate("GW-12", 0), SubmitOptions.by("user-7"));

      assertThatJobsIn(connection).submitted(PriceUpdateJob.DEFINITION).submittedBy("user-7");
      connection.rollback();
      assertThat(tenon.jobs()).submittedNothing();
    }
  }
}
