package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The example's job types on PostgreSQL and RabbitMQ, through generated code only. */
class EndToEndTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static PostgresDatabase database;
  private static RabbitVirtualHost rabbitMq;
  private static JobsRuntime runtime;
  private static JobService service;
  private static WidgetJobs jobs;

  @BeforeAll
  static void start() {
    database = PostgresDatabase.shared();
    rabbitMq = RabbitVirtualHost.shared();
    runtime =
        JobsRuntime.builder()
            .database(database.url(), database.user(), database.password())
            .rabbitMq(rabbitMq.uri())
            .closeOnShutdown(false)
            .start();
    runtime.startWorker(
        Samples.handlers(Duration.ofMillis(20)),
        WorkerOptions.defaults().withGracePeriod(Duration.ZERO));
    service = runtime.jobs();
    jobs = new WidgetJobs(service);
  }

  @AfterAll
  static void stop() {
    runtime.close();
    rabbitMq.close();
    database.close();
  }

  @Test
  void aBatchIsMade() {
    WidgetBatch batch = Samples.batch();
    UUID id = jobs.widgetBatch().submit(batch, SubmitOptions.by("test")).jobId();

    Job job = await(id, read -> read.status().isTerminal());

    assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    TypedJob<WidgetBatch, WidgetReport> typed = jobs.widgetBatch().find(id).orElseThrow();
    assertThat(typed.payload()).isEqualTo(batch);
    assertThat(typed.result().orElse(null)).extracting(WidgetReport::made).isEqualTo(10);
    assertThat(rabbitMq.queues()).containsKey(new WidgetJobsModule().queue());
  }

  @Test
  void aFlakyJobIsRetried() {
    UUID id =
        jobs.priceUpdate().submit(new PriceUpdate("GW-12", 2), SubmitOptions.by("test")).jobId();

    Job job = await(id, read -> read.status().isTerminal());

    assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(service.attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(Outcome.FAILED, Outcome.FAILED, Outcome.COMPLETED);
  }

  @Test
  void aHopelessJobFails() {
    UUID id =
        jobs.labelPrint()
            .submit(new LabelPrint("GW-12", "Hall 3"), SubmitOptions.by("test"))
            .jobId();

    Job job = await(id, read -> read.status().isTerminal());

    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    assertThat(job.attempts()).isEqualTo(2);
    assertThat(job.error().flatMap(JobError::message)).contains("There is no printer 'Hall 3'");
  }

  @Test
  void aLongJobIsCancelled() {
    UUID id =
        jobs.catalogExport().submit(new CatalogExport(10_000), SubmitOptions.by("test")).jobId();
    await(id, read -> read.status() == JobStatus.RUNNING);

    assertThat(service.cancel(id, Actor.of("ann"))).isEqualTo(CancelResult.REQUESTED);

    Job job = await(id, read -> read.status().isTerminal());
    assertThat(job.status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(job.progress()).isLessThan(100);
  }

  @Test
  void manyAreSubmittedTogether() {
    List<PriceUpdate> updates =
        List.of(new PriceUpdate("GW-1", 0), new PriceUpdate("GW-2", 0), new PriceUpdate("GW-3", 0));

    List<UUID> ids =
        jobs.priceUpdate().submitAll(updates, SubmitOptions.by("test")).stream()
            .map(Submitted::jobId)
            .toList();

    for (int i = 0; i < ids.size(); i++) {
      Job job = await(ids.get(i), read -> read.status().isTerminal());
      assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
      assertThat(jobs.priceUpdate().find(job.id()).orElseThrow().payload())
          .isEqualTo(updates.get(i));
    }
  }

  private static Job await(UUID id, Predicate<Job> condition) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> service.get(id), condition);
  }
}
