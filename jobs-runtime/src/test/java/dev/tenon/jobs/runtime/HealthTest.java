package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.operate.JobsHealth.Check;
import dev.tenon.jobs.runtime.FoundHealth.FoundCheck;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What health says of job types, waiting jobs and failed ones, whichever process runs them. */
class HealthTest {

  private static final String NOBODY =
      "no live worker runs 'test.order.note', and a job has been due for";

  private final Fixture fixture = Fixture.withoutRabbit();
  private JobsRuntime runtime;

  @BeforeEach
  void start() {
    // A worker is given 600 ms to come
    runtime = fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(100)));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Check check(JobsRuntime runtime, String name) {
    return runtime.health().checks().stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private UUID submit() {
    return runtime.jobs().submit(TestJobs.QUIET, new Order("x", 1), SubmitOptions.by("t")).jobId();
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  private boolean isTrue(String condition) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery("SELECT " + condition)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  @Test
  void nothingWaitsAndNothingFailed() {
    assertThat(check(runtime, "due jobs").message()).isEqualTo("none waits for a worker");
    assertThat(check(runtime, "failed jobs").message()).isEqualTo("0 in the last hour");
    Check types = check(runtime, "types");
    assertThat(types.isHealthy()).isTrue();
    assertThat(types.message())
        .isEqualTo(
            "no live worker runs 'test.order.forget', 'test.order.hurry', 'test.order.neighbour',"
                + " 'test.order.note', 'test.order.place' and 1 more; none of their jobs is due");
  }

  @Test
  void aTypeThatNoWorkerRunsIsRedOnceItsJobsWaitUntilOneComes() {
    submit();
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () -> {
              Check types = check(runtime, "types");
              assertThat(types.message())
                  .startsWith(NOBODY)
                  .endsWith(" s; start a worker with the handler");
              assertThat(types.isHealthy()).isFalse();
            });
    assertThat(check(runtime, "due jobs"))
        .matches(Check::isHealthy)
        .extracting(Check::message)
        .asString()
        .startsWith("the oldest, of type 'test.order.note', has been due for ");
    // A process that has only just started gives the others 30 s
    JobsRuntime other = fixture.start(fixture.builder().maintenance(false));
    assertThat(check(other, "types"))
        .matches(Check::isHealthy)
        .extracting(Check::message)
        .asString()
        .startsWith(NOBODY);

    JobWorker worker =
        other.startWorker(TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null));
    await().atMost(Fixture.PATIENCE).until(() -> check(runtime, "types").isHealthy());
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> check(runtime, "due jobs").message().equals("none waits for a worker"));
    worker.close();
    assertThat(check(runtime, "types").message())
        .as("a worker that has stopped runs nothing")
        .contains("'test.order.note'");
  }

  @Test
  void aVersionThatNoLiveWorkerKnowsIsRedOnceItsJobsWaitUntilWorkersAreDeployed() throws Exception {
    JobWorker worker =
        runtime.startWorker(TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null));
    sql(
        "UPDATE tenon.workers SET types = '{test.other,test.order.note}', versions = '{7,2}'"
            + " WHERE id = '"
            + worker.id()
            + "'");
    runtime
        .jobs()
        .types()
        .pause(TestJobs.QUIET.type(), Actor.of("t", "the version is not there yet"));
    UUID id = submit();
    sql("UPDATE by_test.jobs SET version = 3 WHERE id = '" + id + "'");
    runtime.jobs().types().resume(TestJobs.QUIET.type(), Actor.of("t"));
    String unknown =
        "no live worker knows version 3 of 'test.order.note' (they know 2), and a job has been"
            + " due for";
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () -> {
              Check types = check(runtime, "types");
              assertThat(types.message()).startsWith(unknown).endsWith(" s; deploy workers first");
              assertThat(types.isHealthy()).isFalse();
            });
    // With RabbitMQ, a worker that does not know the version sets the job back
    sql(
        "UPDATE /* by the test */ by_test.jobs SET status = 'pending', parked_at = now() WHERE id = '"
            + id
            + "'");
    assertThat(check(runtime, "types").message()).startsWith(unknown);
    assertThat(runtime.jobs().whyWaiting(id).orElseThrow().describe())
        .isEqualTo(
            "It waits for a newer worker: the job has version 3 of 'test.order.note', and the live workers know up to 2. Deploy the new workers.");
  }

  @Test
  void aTypeWithLimitsThatNoWorkerRunsIsRedToo() {
    JobsRuntime limited =
        fixture.start(
            fixture
                .builder()
                .heartbeatInterval(Duration.ofMillis(100))
                .modules(TestJobs.moduleOf(List.of(TestJobs.KEYED))));
    SubmitOptions later = SubmitOptions.by("t").withDelay(Duration.ofHours(1));
    limited.jobs().submit(TestJobs.KEYED, new Order("a", 1), later);
    assertThat(check(limited, "types").message())
        .isEqualTo("no live worker runs 'test.order.keyed'; none of their jobs is due");

    limited.jobs().submit(TestJobs.KEYED, new Order("b", 1), SubmitOptions.by("t"));
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(check(limited, "types"))
                    .matches(types -> !types.isHealthy())
                    .extracting(Check::message)
                    .asString()
                    .startsWith(
                        "no live worker runs 'test.order.keyed', and a job has been due for "));
    assertThat(check(runtime, "due jobs").message())
        .startsWith("the oldest, of type 'test.order.keyed', has been due for ");

    runtime.jobs().types().pause("test.order.keyed", Actor.of("t", "why not"));
    assertThat(check(runtime, "due jobs").message()).isEqualTo("none waits for a worker");
  }

  @Test
  void aWorkerThatStoppedItsHeartbeatsServesNothing() throws Exception {
    submit();
    sql(
        "INSERT INTO tenon.workers (id, host, process_id, concurrency, types, versions, heartbeat_at)"
            + " VALUES ('dead', 'h', 1, 1, '{test.order.note}', '{1}', now() - interval '1 minute')");
    await().atMost(Fixture.PATIENCE).until(() -> !check(runtime, "types").isHealthy());
    sql("UPDATE tenon.workers SET heartbeat_at = now() + interval '1 minute' WHERE id = 'dead'");
    assertThat(check(runtime, "types").isHealthy()).isTrue();
  }

  @Test
  void workersInOtherLanguagesRunWhatTheirRoleWasGranted() throws Exception {
    submit();
    await().atMost(Fixture.PATIENCE).until(() -> !check(runtime, "types").isHealthy());
    sql(
        "INSERT INTO tenon.workers (id, host, process_id, concurrency, role, heartbeat_at)"
            + " VALUES ('python', 'h', 1, 1, 'clerk', now() + interval '1 minute')");
    assertThat(check(runtime, "types").isHealthy()).isFalse();
    sql("INSERT INTO tenon.worker_grants VALUES ('clerk', 'test.order.note')");
    assertThat(check(runtime, "types").isHealthy()).isTrue();
  }

  @Test
  void jobsThatFailedLatelyAreCounted() throws Exception {
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.QUIET,
                (order, context) -> {
                  throw new PermanentJobException("no");
                }));
    submit();
    submit();
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> check(runtime, "failed jobs").message().equals("2 in the last hour"));
    assertThat(check(runtime, "failed jobs").isHealthy()).isTrue();
    sql("UPDATE /* by the test */ by_test.jobs SET finished_at = now() - interval '61 minutes'");
    assertThat(check(runtime, "failed jobs").message()).isEqualTo("0 in the last hour");
  }

  @Test
  void aWorkerWhoseRowWasDeletedRegistersAgainWithItsTypes() throws Exception {
    JobWorker worker =
        runtime.startWorker(TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null));
    String there =
        "EXISTS (SELECT FROM tenon.workers WHERE id = '%s' AND types = '{test.order.note}' AND versions = '{1}')"
            .formatted(worker.id());
    assertThat(isTrue(there)).isTrue();
    sql("DELETE FROM tenon.workers");
    await().atMost(Fixture.PATIENCE).until(() -> isTrue(there));
  }

  @Test
  void theMaintenanceOfAnEarlierRunIsNotLateAtAStart() {
    TaskStore.Run relay =
        new TaskStore.Run("relay", Duration.ofMillis(500), Duration.ofHours(9), null);
    assertThat(HealthReport.maintenance(relay, true))
        .isEqualTo(
            new FoundCheck(
                "maintenance: relay", true, "last run 9 h ago, before this process started"));
    assertThat(HealthReport.maintenance(relay, false))
        .isEqualTo(
            new FoundCheck(
                "maintenance: relay",
                false,
                "last run 9 h ago, although it is due every 500 ms: there is no leader, or the leader hangs"));
  }

  @Test
  void agesAreWrittenAsPeopleSayThem() {
    assertThat(HealthReport.age(Duration.ofMillis(-5))).isEqualTo("0 s");
    assertThat(HealthReport.age(Duration.ofMillis(119_999))).isEqualTo("119 s");
    assertThat(HealthReport.age(Duration.ofMinutes(119))).isEqualTo("119 min");
    assertThat(HealthReport.age(Duration.ofHours(47))).isEqualTo("47 h");
    assertThat(HealthReport.age(Duration.ofDays(3))).isEqualTo("3 days");
  }
}
