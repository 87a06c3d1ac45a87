package dev.tenon.jobs.internal.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.operate.AuditStore;
import dev.tenon.jobs.internal.operate.RetentionStore;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No log, history or workflow is too large to be deleted. */
class RetentionTest {

  private PostgresDatabase postgres;
  private DSLContext sql;
  private RetentionStore store;
  private AuditStore audit;
  private Leadership leadership;

  @BeforeEach
  void open() {
    postgres = TenonDatabase.shared();
    DataSource source = postgres.dataSource();
    Database database = new Database(source, source, source, "tenon");
    sql = DSL.using(source, SQLDialect.POSTGRES);
    store = new RetentionStore(database);
    audit = new AuditStore(database);
    leadership = new LeaderStore(database).acquire("test", Duration.ofMinutes(1)).orElseThrow();
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  private int count(String table) {
    return sql.fetchCount(DSL.table("tenon." + table));
  }

  /** A job whose retention is over, with so many attempts and lines in its log. */
  private void expired(UUID workflowId, int attempts, int lines) {
    UUID id = UUID.randomUUID();
    sql.execute(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by, max_attempts,
          retention_seconds, delete_at, workflow_id)
        VALUES ({0}, 't', 'jobs.t', 'completed', 1, '{}', 2, 'web', 3, 60, now() - interval '1 hour', {1})
        """,
        DSL.val(id), DSL.val(workflowId));
    sql.execute(
        """
        INSERT INTO tenon.earlier_attempts (job_id, lease, attempt, worker_id, outcome, started_at, finished_at)
        SELECT {0}, n, n, 'w', 'snoozed', now(), now() FROM generate_series(1, {1}) n
        """,
        DSL.val(id), DSL.val(attempts));
    sql.execute(
        """
        INSERT INTO tenon.job_logs (job_id, attempt, level, message, logged_at)
        SELECT {0}, 1, 'info', 'line', now() FROM generate_series(1, {1}) n
        """,
        DSL.val(id), DSL.val(lines));
  }

  /** No statement may delete more rows of a table than that; one that does takes too long. */
  private void limitBatch(String table, int rows) {
    sql.execute(
        "CREATE FUNCTION public.fits_"
            + table
            + """
            () RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF (SELECT count(*) FROM gone) > %s THEN
                PERFORM pg_sleep(600);
              END IF;
              RETURN NULL;
            END $$
            """
                .formatted(rows));
    sql.execute(
        "CREATE TRIGGER fits AFTER DELETE ON tenon.%1$s REFERENCING OLD TABLE AS gone EXECUTE FUNCTION public.fits_%1$s()"
            .formatted(table));
  }

  /** While its end is not committed, nobody knows whether it keeps the key for another reason. */
  @Test
  void aJobThatEndsJustBeforeThePeriodOfItsKeyLeavesNoKey() throws SQLException {
    UUID id = UUID.randomUUID();
    sql.execute(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes,
          submitted_by, max_attempts, retention_seconds, lease, attempts, worker_id, started_at, unique_key, unique_scope, unique_until)
        VALUES ({0}, 't', 'jobs.t', 'running', 1, '{}', 2, 'web', 3, 3600, 1, 1, 'w', now(), 'key', 'until_ended',
          now() - interval '1 second')
        """,
        DSL.val(id));
    assertThat(store.isAnythingExpired()).isTrue();
    try (Connection worker = postgres.connect();
        PreparedStatement end =
            worker.prepareStatement(
                "SELECT tenon.end_attempts(ARRAY[?]::uuid[], ARRAY[1::bigint], ARRAY['w'],"
                    + " ARRAY['completed'], ARRAY['completed'], p_now => now() - interval '2 seconds')")) {
      worker.setAutoCommit(false);
      end.setObject(1, id);
      assertThat(end.execute()).isTrue();
      assertThat(store.clearKeys(leadership, 10)).isEqualTo(new RetentionStore.Batch(0, false));
      worker.commit();
    }
    assertThat(store.clearKeys(leadership, 10)).isEqualTo(new RetentionStore.Batch(1, false));
    assertThat(count("unique_keys")).isZero();
    assertThat(store.isAnythingExpired()).isFalse();
  }

  @Test
  void aKeyWhosePeriodHasEndedIsKeptIfItsScopeHasNot() {
    for (String scope : List.of("until_started", "until_ended", "unless_failed")) {
      sql.execute(
          """
          INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes,
            submitted_by, max_attempts, retention_seconds, unique_key, unique_scope, unique_until, delete_at)
          SELECT gen_random_uuid(), 't', 'jobs.t', status, 1, '{}', 2, 'web', 3, 60, {0} || ' ' || status, {0},
            now() - interval '1 second', CASE WHEN status = 'completed' THEN now() + interval '1 hour' END
          FROM unnest(ARRAY['pending', 'running', 'completed']) AS status
          """,
          DSL.val(scope));
    }
    sql.execute(
        "INSERT INTO tenon.unique_keys VALUES ('gone', gen_random_uuid(), now() - interval '1 s')");
    assertThat(store.clearKeys(leadership, 4)).isEqualTo(new RetentionStore.Batch(4, true));
    assertThat(store.clearKeys(leadership, 10)).isEqualTo(new RetentionStore.Batch(6, false));
    assertThat(store.isAnythingExpired()).isFalse();
    assertThat(sql.fetch("SELECT unique_key FROM tenon.unique_keys").getValues(0, String.class))
        .containsExactlyInAnyOrder(
            "until_started pending",
            "until_ended pending",
            "until_ended running",
            "unless_failed pending",
            "unless_failed running",
            "unless_failed completed");
  }

  @Test
  void theLogOfOneJobIsDeletedInParts() {
    expired(null, 70, 130);
    limitBatch("job_logs", 20);
    limitBatch("earlier_attempts", 20);
    int rounds = 0;
    while (store.prune(leadership, 1).moreIsLeft()) {
      rounds++;
    }
    assertThat(rounds).isGreaterThanOrEqualTo(3);
    assertThat(count("job_data") + count("jobs") + count("job_attempts") + count("job_logs"))
        .isZero();
  }

  @Test
  void theLogOfOneJobOfAWorkflowIsDeletedInParts() {
    UUID workflow = UUID.randomUUID();
    sql.execute(
        """
        INSERT INTO tenon.workflows (id, name, submitted_by, is_open, outcome, delete_at)
        VALUES ({0}, 'w', 'web', false, 'completed', now() - interval '1 hour')
        """,
        DSL.val(workflow));
    for (int i = 0; i < 5; i++) {
      sql.execute(
          """
          INSERT INTO tenon.workflows (id, name, submitted_by, is_open, outcome, delete_at, parent_id)
          VALUES (gen_random_uuid(), 'w', 'web', false, 'completed', now() - interval '1 hour', {0})
          """,
          DSL.val(workflow));
    }
    sql.execute(
        """
        INSERT INTO tenon.workflow_edges (predecessor, successor, condition, leads_out)
        SELECT gen_random_uuid(), {0}, 'ended', false FROM generate_series(1, 70)
        """,
        DSL.val(workflow));
    expired(workflow, 3, 130);
    limitBatch("job_logs", 20);
    limitBatch("workflow_edges", 20);
    limitBatch("workflows", 1);
    int rounds = 0;
    while (store.pruneWorkflows(leadership, 1).moreIsLeft()) {
      rounds++;
    }
    assertThat(rounds).isGreaterThanOrEqualTo(7);
    assertThat(count("job_data") + count("jobs") + count("job_attempts") + count("job_logs"))
        .isZero();
    assertThat(count("workflows") + count("workflow_edges")).isZero();
  }

  @Test
  void entriesOfTheAuditAreKeptAsLongAsTheInstallationSays() {
    sql.execute(
        """
        INSERT INTO tenon.job_audit (at, done_by, action, target, outcome)
        SELECT now() - interval '1 day' * n, 'ann', 'pause type', 't', 'done' FROM generate_series(2000, 0, -1) n
        """);
    Retention retention = new Retention(store, audit);
    assertThat(retention.run(leadership)).isEqualTo(MaintenanceTask.Round.DONE);
    assertThat(count("job_audit")).isEqualTo(365);
    sql.execute("UPDATE tenon.installation SET audit_days = 30");
    assertThat(audit.prune(leadership, 20)).isEqualTo(20);
    assertThat(new Retention(store, audit).run(leadership)).isEqualTo(MaintenanceTask.Round.DONE);
    assertThat(count("job_audit")).isEqualTo(30);
    sql.execute("UPDATE tenon.installation SET audit_days = NULL");
    sql.execute("UPDATE tenon.job_audit SET at = '2000-01-01'");
    assertThat(audit.prune(leadership, 20)).isZero();
  }

  /** As long as 1.7 million lines take. */
  @Tag("thorough")
  @Test
  void jobsWithMoreLinesThanOneStatementDeletesAreDeletedAllTheSame() {
    for (int i = 0; i < 4; i++) {
      expired(null, 1, 3_000);
    }
    limitBatch("job_logs", 5_500);
    Retention retention = new Retention(store, audit);
    boolean moreIsLeft = true;
    while (moreIsLeft) {
      moreIsLeft = retention.run(leadership) == MaintenanceTask.Round.MORE_TO_DO;
    }
    assertThat(count("job_data") + count("jobs") + count("job_attempts") + count("job_logs"))
        .isZero();
  }
}
