package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What a role can do that may submit jobs of some types, and what it cannot. */
@Tag("servers")
class SqlSubmitterRolesTest {

  private static final String NO_RIGHT = "42501";
  private static final String NOT_FOUND = "P0002";

  private static final JobDefinition<Order, Receipt> PRINT =
      TestCodecs.builder("test.order.print", Order.class, Receipt.class).external(true).build();
  private static final JobDefinition<Order, Receipt> SCAN =
      TestCodecs.builder("test.order.scan", Order.class, Receipt.class).external(true).build();

  private static final String PAYLOAD = "{\"name\":\"lamp\",\"quantity\":2}";

  private final Fixture fixture = Fixture.withoutRabbit();
  private JobsRuntime runtime;
  private JobService jobs;
  private SqlSubmitter sql;

  @BeforeEach
  void open() throws SQLException {
    runtime =
        fixture.start(
            fixture.builder().modules(TestJobs.moduleOf(List.of(PRINT, SCAN))).maintenance(false));
    jobs = runtime.jobs();
    sql = SqlSubmitter.start(fixture.database(), PRINT.type());
  }

  @AfterEach
  void close() throws SQLException {
    sql.close();
    fixture.close();
  }

  @Test
  void canCallTheFunctionsForSubmittersAndNoOthers() throws Exception {
    String[] forSubmitters = {
      "submit", "submit_all", "read_jobs", "watch_jobs", "cancel_job", "send_signal"
    };
    assertThat(callable()).containsExactlyInAnyOrder(forSubmitters);
    owner("SELECT tenon.grant_worker('%s', ARRAY['test.order.scan'])".formatted(sql.role()));
    assertThat(callable()).contains(forSubmitters).contains("claim", "heartbeat");
    owner("SELECT tenon.revoke_worker('%s')".formatted(sql.role()));
    assertThat(callable()).containsExactlyInAnyOrder(forSubmitters);
    owner("SELECT tenon.revoke_submitter('%s')".formatted(sql.role()));
    assertThat(callable()).isEmpty();
    refused(() -> sql.submit(PRINT.type(), PAYLOAD, ""), NO_RIGHT, "permission denied");
  }

  @Test
  void aRoleWithoutTypesKeepsWhatItWasGrantedInOtherWays() throws Exception {
    owner("SELECT tenon.revoke_submitter('%s')".formatted(sql.role()));
    owner("GRANT USAGE ON SCHEMA tenon TO \"%s\"".formatted(sql.role()));
    owner("GRANT EXECUTE ON FUNCTION tenon.read_jobs TO \"%s\"".formatted(sql.role()));
    owner("SELECT tenon.revoke_submitter('%s')".formatted(sql.role()));
    owner("SELECT tenon.revoke_worker('%s')".formatted(sql.role()));
    assertThat(callable()).containsExactly("read_jobs");
    assertThat(
            column(
                "SELECT has_schema_privilege('%s', 'tenon', 'USAGE')::text".formatted(sql.role())))
        .containsExactly("true");
  }

  private List<String> callable() throws SQLException {
    return column(
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'tenon'::regnamespace AND has_function_privilege('%s', p.oid, 'EXECUTE')"
            .formatted(sql.role()));
  }

  @Test
  void cannotReadOrWriteTables() throws Exception {
    for (String table : column("SELECT tablename FROM pg_tables WHERE schemaname = 'tenon'")) {
      refused(
          () -> sql.value("SELECT * FROM tenon." + table),
          NO_RIGHT,
          "permission denied for table " + table);
    }
  }

  @Test
  void onlyItsTypesExistForIt() throws Exception {
    UUID foreign = jobs.submit(SCAN, new Order("x", 1), SubmitOptions.by("t")).jobId();
    UUID own = sql.submit(PRINT.type(), PAYLOAD, "").jobId();
    refused(
        () -> sql.submit(SCAN.type(), PAYLOAD, ""),
        NO_RIGHT,
        "Role '%s' may not submit jobs of type 'test.order.scan'. The owner of the schema can allow it with grant_submitter."
            .formatted(sql.role()));
    assertThat(
            sql.value(
                "SELECT string_agg(job_id::text, ' ') FROM tenon.read_jobs(ARRAY['%s', '%s']::uuid[])"
                    .formatted(foreign, own)))
        .isEqualTo(own.toString());
    for (String call :
        List.of("tenon.cancel_job('%s', 'ann')", "tenon.send_signal('%s', 'paid', '{}', 'ann')")) {
      refused(
          () -> sql.value("SELECT " + call.formatted(foreign)),
          NOT_FOUND,
          "There is no job %s of a type that role '%s' was granted."
              .formatted(foreign, sql.role()));
    }
    assertThat(sql.value("SELECT tenon.send_signal('%s', 'paid', '{}', 'ann')".formatted(own)))
        .isEqualTo("t");
    assertThat(jobs.get(foreign).status()).isEqualTo(JobStatus.PENDING);
  }

  @Test
  void theOwnerNeedsNoGrant() throws Exception {
    assertThat(
            column(
                "SELECT is_new FROM tenon.submit('test.order.scan', '%s', 't')".formatted(PAYLOAD)))
        .containsExactly("t");
  }

  @Test
  void aMemberOfARoleMaySubmitWhatTheRoleWasGranted() throws Exception {
    String member = "member_" + UUID.randomUUID().toString().substring(24);
    owner("CREATE ROLE %s IN ROLE %s".formatted(member, sql.role()));
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE " + member);
      statement.execute("SELECT tenon.submit('test.order.print', '%s', 't')".formatted(PAYLOAD));
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "SELECT tenon.submit('test.order.scan', '%s', 't')".formatted(PAYLOAD)))
          .hasMessageContaining("Role '%s' may not submit".formatted(member));
    } finally {
      owner("DROP ROLE " + member);
    }
  }

  @Test
  void temporaryTablesOfTheCallerChangeNothing() {
    assertThatThrownBy(
            () -> {
              sql.value("SELECT 1");
              try (Statement statement = sql.connection().createStatement()) {
                statement.execute("CREATE TEMPORARY TABLE submitter_grants (role text, type text)");
                statement.execute(
                    "INSERT INTO submitter_grants VALUES ('%s', 'test.order.scan')"
                        .formatted(sql.role()));
                statement.execute("SET search_path = pg_temp, tenon");
              }
              sql.submit(SCAN.type(), PAYLOAD, "");
            })
        .hasMessageContaining("may not submit jobs of type");
  }

  @Test
  void aGrantNamesARoleAndTypesThatExist() {
    assertThatThrownBy(() -> owner("SELECT tenon.grant_submitter('nobody_here', ARRAY['a.b'])"))
        .hasMessageContaining("There is no role 'nobody_here'. Create it first");
    assertThatThrownBy(
            () ->
                owner("SELECT tenon.grant_submitter('%s', ARRAY[]::text[])".formatted(sql.role())))
        .hasMessageContaining("types must name at least one job type");
  }

  @Test
  void readsWhatItHasSubmitted() throws Exception {
    UUID id =
        sql.submit(
                PRINT.type(),
                PAYLOAD,
                "item_id => 'item-1', priority => 'low', headers => '{\"tenant\": \"acme\"}'")
            .jobId();
    String read =
        "SELECT concat_ws(' ', type, version, status, priority, item_id, submitted_by, attempts,"
            + " max_attempts, progress, cancel_requested, payload ->> 'name', headers ->> 'tenant')"
            + " FROM tenon.read_jobs(ARRAY['%s'::uuid]%s)";
    assertThat(sql.value(read.formatted(id, "")))
        .isEqualTo("test.order.print 1 pending low item-1 t 0 3 0 f acme");
    assertThat(sql.value(read.formatted(id, ", true")))
        .isEqualTo("test.order.print 1 pending low item-1 t 0 3 0 f lamp acme");
    assertThat(sql.value(read.formatted(UUID.randomUUID(), ""))).isNull();
    refused(
        () ->
            sql.value("SELECT tenon.read_jobs(array_fill('%s'::uuid, ARRAY[1001]))".formatted(id)),
        "22023",
        "There are 1001 job_ids; a call may have up to 1000.");
  }

  @Test
  void cancelsAJobThatWaitsOrRuns() throws Exception {
    UUID waiting = sql.submit(PRINT.type(), PAYLOAD, "delay => '1 hour'").jobId();
    assertThat(cancel(waiting, "'ann', 'no paper'")).isEqualTo("cancelled");
    assertThat(cancel(waiting, "'ann'")).isEqualTo("cancelled");
    Job cancelled = jobs.get(waiting);
    assertThat(cancelled.status()).isEqualTo(JobStatus.CANCELLED);

    UUID running = sql.submit(PRINT.type(), PAYLOAD, "").jobId();
    try (ExternalWorker worker =
        ExternalWorker.start(fixture.database(), "python-1", PRINT.type())) {
      worker.heartbeat();
      long lease = worker.claimOne(PRINT.type()).lease();
      assertThat(cancel(running, "'ann'")).isEqualTo("running");
      assertThat(cancel(running, "'bob'")).isEqualTo("running");
      assertThat(worker.heartbeat())
          .extracting(ExternalWorker.Running::cancelRequested)
          .containsExactly(true);
      assertThat(worker.cancelled(running, lease)).isTrue();
    }
    assertThat(cancel(running, "'ann'")).isEqualTo("cancelled");
    assertThat(runtime.monitor().audit().list(AuditQuery.all()).items())
        .extracting(
            entry ->
                List.of(
                    entry.action(),
                    entry.target(),
                    entry.by(),
                    entry.reason().orElse(""),
                    entry.outcome()))
        .containsExactly(
            List.of("cancel job", running.toString(), "ann", "", "asked to stop"),
            List.of("cancel job", waiting.toString(), "ann", "no paper", "cancelled"));
    refused(() -> cancel(running, "''"), "22023", "cancelled_by is blank. Name who or what it is.");
  }

  @Test
  void cancelsATaskOfAWorkflowWithWhatFollows() throws Exception {
    TypedJobs<Order, Receipt> print = new TypedJobs<>(PRINT, jobs, jobs);
    Workflow chain = Workflow.named("chain").submittedBy("t");
    Task<Receipt> first = chain.add(print, new Order("x", 1));
    Task<Receipt> second = chain.add(print, new Order("y", 1)).after(first);
    SubmittedWorkflow workflow = jobs.submit(chain);
    assertThat(cancel(workflow.idOf(first), "'ann'")).isEqualTo("cancelled");
    assertThat(jobs.get(workflow.idOf(second)).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(column("SELECT id FROM tenon.workflow_changes")).isEmpty();
  }

  @Test
  void isNotifiedOfTheEndOfAJobThatItWatches() throws Exception {
    UUID id = sql.submit(PRINT.type(), PAYLOAD, "").jobId();
    UUID foreign = jobs.submit(SCAN, new Order("x", 1), SubmitOptions.by("t")).jobId();
    try (Statement statement = sql.connection().createStatement()) {
      statement.execute("LISTEN tenon_jobs");
      statement.execute(
          "SELECT tenon.watch_jobs('%s', ARRAY['%s', '%s']::uuid[])"
              .formatted(UUID.randomUUID(), id, foreign));
    }
    assertThat(column("SELECT job_id FROM tenon.awaited_jobs")).containsExactly(id.toString());
    cancel(id, "'ann'");
    List<String> heard = new ArrayList<>();
    PGNotification[] notifications = sql.connection().unwrap(PGConnection.class).getNotifications();
    for (PGNotification each : notifications == null ? new PGNotification[0] : notifications) {
      heard.add(each.getParameter());
    }
    assertThat(heard).contains("tenon\nchanged " + id);
  }

  @Test
  void aJobThatGoesBackToWaitingMeanwhileIsCancelled() throws Exception {
    UUID id = jobs.submit(PRINT, new Order("lamp", 2), SubmitOptions.by("ann")).jobId();
    try (ExternalWorker worker =
        ExternalWorker.start(fixture.database(), "python-1", PRINT.type())) {
      worker.heartbeat();
      long lease = worker.claimOne(PRINT.type()).lease();
      worker.connection().setAutoCommit(false);
      assertThat(worker.fail(id, lease, "E", "e", false, "1 hour")).isEqualTo("pending");
      CompletableFuture<String> status = new CompletableFuture<>();
      Thread cancelling =
          new Thread(
              () -> {
                try {
                  status.complete(cancel(id, "'ann'"));
                } catch (SQLException e) {
                  status.completeExceptionally(e);
                }
              });
      cancelling.start();
      await()
          .until(
              () ->
                  column(
                              "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                          .size()
                      == 1);
      worker.connection().commit();
      assertThat(status.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("cancelled");
    }
    assertThat(column("SELECT outcome FROM tenon.job_audit WHERE target = '" + id + "'"))
        .containsExactly("cancelled");
  }

  private String cancel(UUID id, String by) throws SQLException {
    return String.valueOf(sql.value("SELECT tenon.cancel_job('%s', %s)".formatted(id, by)));
  }

  private static void refused(ThrowingCallable call, String state, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo(state);
  }

  private void owner(String statements) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }

  private List<String> column(String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
