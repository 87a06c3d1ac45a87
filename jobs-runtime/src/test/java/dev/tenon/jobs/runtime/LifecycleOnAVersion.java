package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The life of a job, workers in other languages and maintenance, on one version of PostgreSQL. */
abstract class LifecycleOnAVersion extends LifecycleContract {

  private final PostgresServer server;
  private final PostgresDatabase database;

  LifecycleOnAVersion(int version) {
    server = PostgresServer.builder().version(version).durable(false).launch();
    database = server.createDatabase();
  }

  @AfterAll
  void closeServer() {
    server.close();
  }

  @Override
  Fixture fixture() {
    return Fixture.on(database);
  }

  @Override
  void awaitQueued(List<UUID> ids) {
    // They are in the table as soon as they are submitted
  }

  @Test
  void aWorkerInAnotherLanguageRunsAJob() throws SQLException, IOException {
    JobService jobs = jobs();
    UUID id = jobs.submit(TestJobs.EXTERNAL, new Order("a", 1), SubmitOptions.by("test")).jobId();
    try (ExternalWorker worker =
        ExternalWorker.start(database, "python", TestJobs.EXTERNAL.type())) {
      assertThat(worker.heartbeat()).isEmpty();
      long lease = worker.claimOne(TestJobs.EXTERNAL.type()).lease();
      assertThat(worker.heartbeat()).containsExactly(new ExternalWorker.Running(id, lease, false));
      assertThat(worker.progress(id, lease, 50, "half")).isTrue();
      assertThat(worker.log(id, lease, "info", "line", null)).isTrue();
      assertThat(worker.complete(id, lease, "{\"text\":\"done\"}")).isTrue();
    }
    assertThat(jobs.find(TestJobs.EXTERNAL, id).orElseThrow().result())
        .contains(new Receipt("done"));
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void everyTaskOfTheMaintenanceIsDone() {
    await("maintenance has run")
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(runtime().health().checks())
                    .filteredOn(check -> check.name().startsWith("maintenance"))
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allMatch(JobsHealth.Check::isHealthy));
  }
}
