package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a role of a worker in another language can do, and what it cannot. */
@Tag("servers")
class ExternalRolesTest {

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private static final JobDefinition<Order, Receipt> PRINT =
      TestCodecs.builder("test.order.print", Order.class, Receipt.class).external(true).build();

  private static final Order ORDER = new Order("lamp", 2);

  private final Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void cannotReadOrWriteTables() throws Exception {
    fixture.start();
    try (ExternalWorker worker = worker("python-1")) {
      for (String table : column("SELECT tablename FROM pg_tables WHERE schemaname = 'tenon'")) {
        for (String statement :
            List.of(
                "SELECT * FROM tenon." + table,
                "DELETE FROM tenon." + table,
                "INSERT INTO tenon." + table + " DEFAULT VALUES")) {
          refused(() -> worker.query(statement), "permission denied for table " + table);
        }
      }
    }
  }

  @Test
  void canCallTheFunctionsForWorkersAndNoOthers() throws Exception {
    fixture.start();
    try (ExternalWorker worker = worker("python-1")) {
      assertThat(
              column(
                  "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'tenon'::regnamespace"
                      + " AND has_function_privilege('%s', p.oid, 'EXECUTE')"
                          .formatted(worker.role())))
          .containsExactlyInAnyOrder(
              "heartbeat",
              "claim",
              "progress",
              "log",
              "emit",
              "complete",
              "fail",
              "snooze",
              "release",
              "cancelled",
              "deregister",
              "step_records",
              "record_step",
              "wait_for_signal",
              "suspend",
              "reject_signal",
              "signal_token",
              "retry_later",
              "save_cursor",
              "send_signal");
      refused(
          () -> worker.query("SELECT tenon.grant_worker('x', ARRAY['y'])"), "permission denied");
    }
    assertThat(
            column(
                "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'tenon'::regnamespace"
                    + " AND has_function_privilege('public', p.oid, 'EXECUTE')"))
        .as("functions that everybody may call")
        .isEmpty();
    assertThat(
            column(
                "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'tenon'::regnamespace"
                    + " AND p.prosecdef AND p.proconfig::text NOT LIKE '%search_path=tenon, pg_temp%'"))
        .as("functions with the owner's rights that look elsewhere for tables")
        .isEmpty();
  }

  @Test
  void cannotEndAJobWithoutWhatFollowsInItsWorkflow() throws Exception {
    JobService jobs = fixture.start().jobs();
    TypedJobs<Order, Receipt> print = new TypedJobs<>(PRINT, jobs, jobs);
    Workflow chain = Workflow.named("chain").submittedBy("t");
    Task<Receipt> first = chain.add(print, ORDER);
    Task<Receipt> second = chain.add(print, ORDER).after(first);
    SubmittedWorkflow workflow = jobs.submit(chain);
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      ExternalWorker.Claimed claimed = worker.claimOne(PRINT.type());
      // By this the trigger knows that something is to be settled before the commit already
      worker.query(
          "SELECT set_config('tenon.unsettled', 'tenon.live_jobs'::regclass::oid::text, false)");
      assertThat(worker.complete(claimed.jobId(), claimed.lease(), "{\"text\":\"done\"}")).isTrue();
      assertThat(worker.claimOne(PRINT.type()).jobId()).isEqualTo(workflow.idOf(second));
    }
    assertThat(column("SELECT id FROM tenon.workflow_changes")).isEmpty();
  }

  @Test
  void cannotEndAJobWithoutANumberForWhatFollowsInALine() throws Exception {
    JobService jobs = fixture.start().jobs();
    TypedJobs<Order, Receipt> print = new TypedJobs<>(PRINT, jobs, jobs);
    Workflow chain = Workflow.named("chain").submittedBy("t");
    Task<Receipt> first = chain.add(print, ORDER);
    Task<Receipt> second = chain.add(print, ORDER).after(first);
    SubmittedWorkflow workflow = jobs.submit(chain);
    for (String table : List.of("job_data", "live_jobs")) {
      owner(
          "UPDATE tenon.%s SET order_key = 'a line' WHERE id = '%s'"
              .formatted(table, workflow.idOf(second)));
    }
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      ExternalWorker.Claimed claimed = worker.claimOne(PRINT.type());
      worker.connection().setAutoCommit(false);
      assertThat(worker.complete(claimed.jobId(), claimed.lease(), "{\"text\":\"done\"}")).isTrue();
      // By this the commit knows that it has jobs to number already
      worker.query(
          "SELECT set_config('tenon.lined', 'tenon.job_lines'::regclass::oid::text, false)");
      worker.connection().commit();
      worker.connection().setAutoCommit(true);
      assertThat(column("SELECT job_id FROM tenon.job_lines"))
          .containsExactly(workflow.idOf(second).toString());
    }
    assertThat(column("SELECT job_id FROM tenon.new_in_lines")).isEmpty();
  }

  @Test
  void cannotRegisterAnyNumberOfWorkers() throws Exception {
    fixture.start(fixture.builder().maintenance(false));
    try (ExternalWorker worker = worker("python-1")) {
      String register = "SELECT count(*) FROM generate_series(1, %s) n, tenon.heartbeat('w' || n)";
      refused(
          () -> worker.query(register.formatted(200_000)),
          "53400",
          "'" + worker.role() + "' has 1000 live workers");
      String workers = "SELECT count(*) FROM tenon.workers WHERE role IS NOT NULL";
      assertThat(column(workers)).containsExactly("0");
      worker.query(register.formatted(1_000));
      refused(
          () -> worker.query("SELECT tenon.heartbeat('one-more')"), "53400", "1000 live workers");
      worker.query(register.formatted(1_000));
      // Those that fell silent make room, except one that still has a job
      owner(
          "UPDATE tenon.workers SET heartbeat_at = now() - interval '2 minutes' WHERE id IN ('w1', 'w2', 'w3')");
      owner(
          "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by, max_attempts,"
              + " retention_seconds, worker_id) VALUES (gen_random_uuid(), 't', 'jobs.t', 'running', 1, '{}', 2, 't', 3, 60, 'w2')");
      worker.query("SELECT tenon.heartbeat('one-more')");
      assertThat(column(workers)).containsExactly("999");
      assertThat(column("SELECT id FROM tenon.workers WHERE id IN ('w1', 'w2', 'w3')"))
          .containsExactly("w2");
    }
  }

  /** An expression on such a string takes more than ten seconds. */
  @Tag("thorough")
  @Test
  void aHugeStringIsRefusedBeforeAnythingReadsIt() throws Exception {
    fixture.start(fixture.builder().maintenance(false));
    try (ExternalWorker worker = worker("python-1")) {
      worker.query("SET statement_timeout = '10s'");
      refused(
          () -> worker.query("SELECT tenon.heartbeat(repeat(repeat('x', 1000000), 300))"),
          "22023",
          "The worker id is not valid");
      refused(
          () -> worker.query("SELECT tenon.heartbeat('w', repeat(repeat('x', 1000000), 300))"),
          "22023",
          "host must have at most 255 characters");
      refused(
          () ->
              worker.query(
                  "SELECT * FROM tenon.claim(repeat(repeat('x', 1000000), 300), ARRAY['x'], ARRAY[1], 1)"),
          "22023",
          "The worker id is not valid");
    }
  }

  @Test
  void cannotClaimATypeThatItWasNotGranted() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker =
        ExternalWorker.start(fixture.database(), "python-1", "test.order.scan")) {
      worker.heartbeat();
      refused(
          () -> worker.claim(PRINT.type()),
          "Role '%s' may not claim jobs of type 'test.order.print'. The owner of the schema can allow it with grant_worker."
              .formatted(worker.role()));
      refused(() -> worker.claim(PRINT.type(), id), "may not claim jobs of type");

      owner("SELECT tenon.grant_worker('%s', ARRAY['test.order.print'])".formatted(worker.role()));
      assertThat(worker.claimOne(PRINT.type()).jobId()).isEqualTo(id);

      owner("SELECT tenon.revoke_worker('%s', ARRAY['test.order.print'])".formatted(worker.role()));
      refused(() -> worker.claim(PRINT.type()), "may not claim jobs of type");
      assertThat(worker.complete(id, 1, null)).as("it may end what it holds").isTrue();

      owner("SELECT tenon.revoke_worker('%s')".formatted(worker.role()));
      refused(worker::heartbeat, "permission denied");
    }
  }

  @Test
  void cannotClaimJobsOfJavaTypes() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(TestJobs.ORDER, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker =
        ExternalWorker.start(fixture.database(), "python-1", TestJobs.ORDER.type())) {
      worker.heartbeat();
      assertThat(worker.claim(TestJobs.ORDER.type())).isEmpty();
      assertThat(worker.claim(TestJobs.ORDER.type(), id)).isEmpty();
    }
    assertThat(jobs.get(id).attempts()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cannotTouchTheJobsOfAnotherWorker(boolean ofTheSameRole) throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker holder = worker("python-1");
        ExternalWorker other =
            ofTheSameRole ? holder.another(fixture.database(), "python-2") : worker("python-2")) {
      holder.heartbeat();
      other.heartbeat();
      long lease = holder.claimOne(PRINT.type()).lease();
      jobs.cancel(id, Actor.of("ann"));

      assertThat(other.progress(id, lease, 50, "mine")).isFalse();
      assertThat(other.log(id, lease, "info", "mine", null)).isFalse();
      assertThat(other.complete(id, lease, null)).isFalse();
      assertThat(other.fail(id, lease, "E", "mine", true, null)).isNull();
      assertThat(other.snooze(id, lease, "1 hour")).isFalse();
      assertThat(other.release(id, lease)).isFalse();
      assertThat(other.cancelled(id, lease)).isFalse();
      assertThat(other.deregister()).isZero();
      assertThat(holder.cancelled(id, lease)).isTrue();
    }
    assertThat(jobs.attempts(id)).extracting(JobAttempt::workerId).containsExactly("python-1");
    assertThat(jobs.logs(id)).isEmpty();
  }

  @Test
  void cannotUseTheWorkerOfAnotherRole() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker holder = worker("python-1");
        ExternalWorker thief = worker("python-1")) {
      holder.heartbeat();
      long lease = holder.claimOne(PRINT.type()).lease();

      refused(thief::heartbeat, "Worker id 'python-1' is taken");
      assertThatThrownBy(() -> thief.claim(PRINT.type()))
          .hasMessageContaining("Worker 'python-1' is not known for role '" + thief.role() + "'");
      refused(thief::deregister, "did not register worker 'python-1'");
      assertThat(thief.complete(id, lease, null)).isFalse();
      assertThat(holder.complete(id, lease, null)).isTrue();
    }
  }

  @Test
  void cannotEndTheJobOfAJavaWorkerOrDeregisterIt() throws Exception {
    JobsRuntime runtime = fixture.start();
    CountDownLatch mayEnd = new CountDownLatch(1);
    JobWorker java =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.ORDER,
                    (order, context) -> {
                      mayEnd.await();
                      return new Receipt("done");
                    }));
    try (ExternalWorker thief =
        ExternalWorker.start(fixture.database(), java.id(), TestJobs.ORDER.type())) {
      await().until(() -> !column("SELECT id FROM tenon.workers").isEmpty());
      refused(thief::heartbeat, "is taken: a Java worker or another role has registered it");
      refused(thief::deregister, "did not register worker");
      assertThat(column("SELECT id FROM tenon.workers")).as("idle").containsExactly(java.id());

      UUID id = runtime.jobs().submit(TestJobs.ORDER, ORDER, SubmitOptions.by("user-7")).jobId();
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.RUNNING);
      assertThat(thief.complete(id, 1, "{\"text\":\"forged\"}")).isFalse();
      assertThat(thief.release(id, 1)).isFalse();
      mayEnd.countDown();
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
      assertThat(runtime.jobs().find(TestJobs.ORDER, id).orElseThrow().result())
          .contains(new Receipt("done"));
    }
  }

  @Test
  void cannotKeepADeadJavaWorkerAlive() throws Exception {
    JobsRuntime runtime =
        fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(100)));
    UUID id = runtime.jobs().submit(TestJobs.ORDER, ORDER, SubmitOptions.by("user-7")).jobId();
    // What a Java worker leaves that was killed while it ran the job
    owner(
        "INSERT INTO tenon.workers (id, host, process_id, concurrency) VALUES ('java-1', 'a', 1, 1)");
    owner(
        "UPDATE /* by the test */ by_test.jobs SET status = 'running', lease = 1, attempts = 1, worker_id = 'java-1',"
            + " started_at = now()");
    try (ExternalWorker thief = worker("java-1")) {
      await()
          .atMost(Fixture.PATIENCE)
          .until(
              () -> {
                assertThatThrownBy(thief::heartbeat).isInstanceOf(SQLException.class);
                return runtime.jobs().get(id).status() == JobStatus.PENDING;
              });
    }
    assertThat(runtime.jobs().attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.LOST);
  }

  @Test
  void aJavaWorkerTakesItsIdBackFromARole() throws Exception {
    JobsRuntime runtime =
        fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(100)));
    JobWorker java =
        runtime.startWorker(
            TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("done")));
    try (ExternalWorker thief = worker(java.id())) {
      owner("UPDATE tenon.workers SET role = '" + thief.role() + "'");
      await().atMost(Fixture.PATIENCE).untilAsserted(() -> refused(thief::heartbeat, "is taken"));
    }
  }

  @Test
  void aRoleThatLoggedInIsKnownByItsLogin() throws Exception {
    fixture.start().jobs().submit(PRINT, ORDER, SubmitOptions.by("user-7"));
    try (ExternalWorker worker = worker("python-1")) {
      worker.query("RESET ROLE");
      worker.query("SET SESSION AUTHORIZATION " + worker.role());
      worker.heartbeat();
      assertThat(worker.claim(PRINT.type())).hasSize(1);
      assertThat(column("SELECT role FROM tenon.workers")).containsExactly(worker.role());
      assertThatThrownBy(() -> worker.query("SET ROLE " + fixture.database().user()))
          .hasMessageContaining("permission denied to set role");
    }
  }

  @Test
  void aMemberOfARoleMayClaimWhatTheRoleWasGranted() throws Exception {
    fixture.start().jobs().submit(PRINT, ORDER, SubmitOptions.by("user-7"));
    String member = "external_member_" + UUID.randomUUID().toString().substring(24);
    try (ExternalWorker group = worker("python-1")) {
      owner("CREATE ROLE " + member + " IN ROLE " + group.role());
      try {
        group.query("RESET ROLE");
        group.query("SET ROLE " + member);
        group.heartbeat();
        assertThat(group.claim(PRINT.type())).hasSize(1);
        assertThat(column("SELECT role FROM tenon.workers")).containsExactly(member);
      } finally {
        owner("DROP ROLE " + member);
      }
    }
  }

  @Test
  void temporaryTablesOfTheCallerChangeNothing() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker =
        ExternalWorker.start(fixture.database(), "python-1", "test.order.scan")) {
      worker.query("CREATE TEMPORARY TABLE worker_grants (role text, type text)");
      worker.query(
          "INSERT INTO worker_grants VALUES ('%s', 'test.order.print')".formatted(worker.role()));
      worker.query("CREATE TEMPORARY TABLE workers (id text, role text)");
      worker.query("SET search_path = pg_temp, tenon");
      worker.heartbeat();
      refused(() -> worker.claim(PRINT.type()), "may not claim jobs of type");
    }
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
  }

  @Test
  void worksInASchemaOfAnotherName() throws Exception {
    String schema = "other_jobs";
    JobService jobs = fixture.start(fixture.builder().schema(schema)).jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker =
        ExternalWorker.startInSchema(fixture.database(), schema, "python-1", PRINT.type())) {
      worker.heartbeat();
      long lease = worker.claimOne(PRINT.type()).lease();
      assertThat(worker.complete(id, lease, "{\"text\":\"done\"}")).isTrue();
    }
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void aGrantNamesARoleAndTypesThatExist() {
    fixture.start();
    assertThatThrownBy(() -> owner("SELECT tenon.grant_worker('nobody_here', ARRAY['a.b'])"))
        .hasMessageContaining("There is no role 'nobody_here'. Create it first");
    assertThatThrownBy(
            () ->
                owner(
                    "SELECT tenon.grant_worker('%s', ARRAY[]::text[])"
                        .formatted(fixture.database().user())))
        .hasMessageContaining("types must name at least one job type");
  }

  private ExternalWorker worker(String id) throws Exception {
    return ExternalWorker.start(fixture.database(), id, PRINT.type());
  }

  private static void refused(ThrowingCallable call, String message) {
    refused(call, INSUFFICIENT_PRIVILEGE, message);
  }

  private static void refused(ThrowingCallable call, String sqlState, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo(sqlState);
  }

  private void owner(String sql) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> column(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
