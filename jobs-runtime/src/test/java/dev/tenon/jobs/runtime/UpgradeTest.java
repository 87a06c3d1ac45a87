package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.libraries.flyway.core.Flyway;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.store.Migrations;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A schema that an earlier version has left, with jobs in every status. */
@Tag("thorough")
@Tag("servers")
class UpgradeTest {

  @ParameterizedTest(name = "from version {0}")
  @ValueSource(strings = {"4", "6", "8", "9", "12", "19"})
  void nothingIsLost(String version) throws Exception {
    try (Fixture fixture = Fixture.withRabbitOn(PostgresDatabase.shared());
        Connection connection = fixture.database().connect()) {
      DSLContext table = DSL.using(connection, SQLDialect.POSTGRES);
      migrate(fixture, version);
      table.execute(
          "INSERT INTO tenon.workers (id, host, process_id, concurrency, heartbeat_at)"
              + " VALUES ('gone', 'h', 1, 1, now() - interval '1 hour')");
      List<UUID> waiting =
          List.of(
              insert(table, "pending", "attempts = 0"),
              insert(
                  table, "pending", "run_at = now() + interval '2 seconds', publish_at = run_at"),
              insert(table, "pending", "attempts = 1, lease = 1, max_attempts = 3"),
              insert(
                  table, "pending", "set_back_at = now(), publish_at = now() + interval '1 hour'"),
              insert(table, "queued", "publish_at = now() - interval '1 minute'"));
      // Since then the type has got a limit; jobs that have waited since before that are not
      // limited
      List<UUID> limitedSince =
          List.of(
              insert(table, "pending", "type = '" + TestJobs.LIMITED.type() + "'"),
              insert(table, "queued", "type = '" + TestJobs.LIMITED.type() + "'"));
      UUID running =
          insert(
              table,
              "running",
              "lease = 1, attempts = 1, worker_id = 'gone', started_at = now() - interval '1 hour'");
      UUID completed = ended(table, "completed", "result_version = 1, progress = 100");
      UUID failed =
          ended(table, "failed", "error_class = 'java.io.IOException', error_message = 'away'");
      UUID cancelled = ended(table, "cancelled", "cancel_requested_at = now()");
      String before = rows(table, List.of(completed, failed, cancelled));

      JobsRuntime runtime =
          fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(200)));
      JobService jobs = runtime.jobs();
      runtime.startWorker(
          TestJobs.handlers()
              .with(TestJobs.QUIET, (order, context) -> null)
              .with(TestJobs.LIMITED, (order, context) -> new TestJobs.Receipt("done")));
      UUID limited =
          jobs.submit(
              TestJobs.LIMITED, new TestJobs.Order("x", 1), "tester", SubmitOptions.defaults());

      List<UUID> all =
          Stream.of(waiting, limitedSince, List.of(running, completed, failed, cancelled, limited))
              .flatMap(List::stream)
              .toList();
      assertThat(jobs.list(JobQuery.all().withSubmittedBy("tester")).jobs())
          .extracting(JobSummary::id)
          .containsExactlyInAnyOrderElementsOf(all);
      assertThat(jobs.count(JobQuery.all().withType(TestJobs.LIMITED))).isEqualTo(3);

      limitedSince.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
      Fixture.awaitStatus(jobs, limited, JobStatus.COMPLETED);
      waiting.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
      Fixture.awaitStatus(jobs, running, JobStatus.COMPLETED);
      assertThat(jobs.attempts(running))
          .extracting(JobAttempt::outcome)
          .containsExactly(JobAttempt.Outcome.LOST, JobAttempt.Outcome.COMPLETED);
      assertThat(rows(table, List.of(completed, failed, cancelled)))
          .as("what has ended is as it was")
          .isEqualTo(before);
      assertThat(jobs.attempts(failed)).hasSize(1);
      assertThat(jobs.get(failed).error()).isNotNull();
      jobs.retry(failed);
      Fixture.awaitStatus(jobs, failed, JobStatus.COMPLETED);
    }
  }

  /** It would hold up all statements that come after it. */
  @Test
  void aMigrationDoesNotWaitForLongForATransactionThatStaysOpen() throws Exception {
    try (Fixture fixture = Fixture.on(PostgresDatabase.shared());
        Connection connection = fixture.database().connect()) {
      migrate(fixture, "8");
      connection.setAutoCommit(false);
      DSL.using(connection, SQLDialect.POSTGRES).execute("SELECT FROM tenon.jobs");
      assertThatThrownBy(fixture::start)
          .hasMessageContaining("The schema 'tenon' is not brought up to date")
          .hasMessageContaining("A transaction holds a lock on Tenon's tables (SQL state 55P03).");
      connection.rollback();
      assertThat(fixture.start().health()).isNotNull();
    }
  }

  private static void migrate(Fixture fixture, String version) {
    Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(fixture.database().dataSource())
        .locations("classpath:dev/tenon/jobs/store/migrations")
        .schemas("tenon")
        .createSchemas(true)
        .table(Migrations.HISTORY)
        .target(version)
        .load()
        .migrate();
  }

  private static UUID insert(DSLContext table, String status, String more) {
    UUID id = UUID.randomUUID();
    table.execute(
        "INSERT INTO tenon.jobs (id, type, routing_key, status, priority, payload, submitted_by,"
            + " max_attempts, retention_seconds) VALUES ({0}, {1}, {2}, {3}, 1,"
            + " '{\"name\":\"x\",\"quantity\":1}', 'tester', 1, 86400)",
        DSL.val(id),
        DSL.val(TestJobs.QUIET.type()),
        DSL.val(TestJobs.QUIET.routingKey()),
        DSL.val(status));
    table.execute("UPDATE tenon.jobs SET " + more + " WHERE id = {0}", DSL.val(id));
    return id;
  }

  private static UUID ended(DSLContext table, String status, String more) {
    UUID id =
        insert(
            table,
            status,
            more
                + ", lease = 1, attempts = 1, worker_id = 'gone', started_at = now() - interval '2 hours',"
                + " finished_at = now() - interval '1 hour', delete_at = now() + interval '1 day'");
    table.execute(
        "INSERT INTO tenon.job_attempts (job_id, lease, attempt, worker_id, started_at, finished_at,"
            + " outcome) VALUES ({0}, 1, 1, 'gone', now(), now(), {1})",
        DSL.val(id), DSL.val(status));
    return id;
  }

  /** As far as the earlier version knew them. */
  private static String rows(DSLContext table, List<UUID> ids) {
    return table
        .fetch(
            "SELECT id, status, priority, payload::text, result::text, attempts, lease, worker_id,"
                + " started_at, finished_at, progress, error_class, error_message, delete_at"
                + " FROM tenon.jobs WHERE id = ANY({0}) ORDER BY id",
            DSL.val(ids.toArray(UUID[]::new)))
        .formatCSV();
  }
}
