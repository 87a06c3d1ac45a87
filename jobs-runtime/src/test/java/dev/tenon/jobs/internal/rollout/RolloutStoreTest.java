package dev.tenon.jobs.internal.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.internal.rollout.Situation.JobGroup;
import dev.tenon.jobs.internal.rollout.Situation.LiveWorker;
import dev.tenon.jobs.internal.rollout.Situation.RecordGroup;
import dev.tenon.jobs.internal.rollout.Situation.ScheduleRow;
import dev.tenon.jobs.internal.rollout.Situation.SignalGroup;
import dev.tenon.jobs.internal.rollout.Situation.TaskGroup;
import dev.tenon.jobs.internal.rollout.Situation.Traits;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the check of a rollout reads, from rows that are written by hand. */
class RolloutStoreTest {

  private static final UUID FIRST = UUID.fromString("01a22cc6-207c-7618-bf3c-c47a105efcc3");
  private static final UUID SECOND = UUID.fromString("01a22cc6-307c-7618-bf3c-c47a105efcc3");
  private static final UUID THIRD = UUID.fromString("01a22cc6-407c-7618-bf3c-c47a105efcc3");

  private PostgresDatabase database;
  private RolloutStore store;

  @BeforeEach
  void open() {
    database = TenonDatabase.shared();
    DataSource source = database.dataSource();
    store = new RolloutStore(new Database(source, source, source, "tenon"), Duration.ofSeconds(15));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      boolean unused = statement.execute(sql);
    }
  }

  private void job(UUID id, String status, String more) throws SQLException {
    execute(
        "INSERT /* by the test */ INTO by_test.jobs (id, type, version, routing_key, status, priority, payload, payload_bytes,"
            + " submitted_by, max_attempts, retention_seconds, worker_id, lease, attempts, started_at"
            + more
            + ") VALUES ('%s', 'mail.send', 2, 'jobs.mail.send', '%s', 2, '{}', 2, 'tester', 3, 1000, %s"
                .formatted(
                    id, status, status.equals("running") ? "'w', 1, 1, now()" : "NULL, 0, 0, NULL")
            + (more.isEmpty() ? ")" : ", 'key')"));
  }

  @Test
  void anEmptyDatabaseHasNothing() {
    Situation found = store.read();

    assertThat(found.workers()).isEmpty();
    assertThat(found.jobs()).isEmpty();
    assertThat(found.progress()).isEqualTo(Situation.Progress.NONE);
    assertThat(found.schedules()).isEmpty();
    assertThat(found.usesRabbitMq()).isFalse();
  }

  @Test
  void jobsAreCountedByTheirKind() throws SQLException {
    job(SECOND, "pending", "");
    job(FIRST, "running", "");
    job(UUID.randomUUID(), "pending", ", unique_key");

    assertThat(store.read().jobs())
        .hasSize(2)
        .contains(new JobGroup("mail.send", 2, "jobs.mail.send", Traits.NONE, 1, 1, FIRST))
        .anyMatch(group -> group.traits().equals(new Traits(false, false, true)));
  }

  @Test
  void whatHandlersRecordAndWaitForIsCounted() throws SQLException {
    job(FIRST, "pending", "");
    execute(
        """
        INSERT INTO tenon.job_steps (job_id, name, kind, state, version, lease, number, started_at) VALUES
          ('%1$s', 'charge', 'step', 'done', 1, 1, 0, now()),
          ('%1$s', 'settled', 'wait', 'waiting', 1, 1, 1, now()),
          ('%2$s', 'of a job that has ended', 'step', 'done', 1, 1, 0, now());
        INSERT INTO tenon.job_signals (job_id, id, name, version, payload, sent_by, delivered_at) VALUES
          ('%1$s', 'a', 'mail.read', 2, '{}', 'tester', NULL),
          ('%1$s', 'b', 'mail.read', 2, '{}', 'tester', now());
        INSERT INTO tenon.workflow_tasks (id, workflow_id, type, waits_for, input, is_for_each, version, prepare_at, is_stopped) VALUES
          ('%1$s', gen_random_uuid(), 'mail.send', 1, 'ofClone', false, 1, NULL, false),
          ('%2$s', gen_random_uuid(), 'mail.send', 0, 'ofClone', false, 1, NULL, false),
          ('%3$s', gen_random_uuid(), 'mail.send', 0, 'ofParts', true, 3, now(), false)
        """
            .formatted(FIRST, SECOND, THIRD));

    Situation.Progress found = store.read().progress();

    assertThat(found.records())
        .containsExactlyInAnyOrder(
            new RecordGroup("mail.send", "step", "charge", "done", 1, FIRST),
            new RecordGroup("mail.send", "wait", "settled", "waiting", 1, FIRST));
    assertThat(found.signals())
        .containsExactly(new SignalGroup("mail.send", "mail.read", 2, 1, FIRST));
    assertThat(found.tasks())
        .containsExactlyInAnyOrder(
            new TaskGroup("mail.send", 1, "ofClone", false, 1, FIRST),
            new TaskGroup("mail.send", 3, "ofParts", true, 1, THIRD));
  }

  @Test
  void liveWorkersOfAllLanguagesAreRead() throws SQLException {
    execute(
        """
        INSERT INTO tenon.workers (id, host, process_id, concurrency, types, versions, module, application_version, build, quieted_at, heartbeat_at, role) VALUES
          ('java', 'h', 1, 4, '{mail.send}', '{2}', 'shop.ShopJobsModule', '1.0', '{"format": 1, "module": "shop.ShopJobsModule"}', now(), now(), NULL),
          ('newer', 'h', 1, 4, '{mail.send}', '{3}', 'shop.ShopJobsModule', NULL, '{"format": 99}', NULL, now(), NULL),
          ('lost', 'h', 1, 4, '{mail.send}', '{2}', NULL, NULL, NULL, NULL, now() - interval '1 minute', NULL),
          ('python', 'h', 1, 4, '{}', '{}', NULL, NULL, NULL, NULL, now(), 'py');
        INSERT INTO tenon.worker_grants (role, type) VALUES ('py', 'mail.print');
        INSERT INTO tenon.maintenance_tasks (name, interval_millis, last_run_at) VALUES ('relay', 1000, now())
        """);

    Situation found = store.read();

    assertThat(found.usesRabbitMq()).isTrue();
    assertThat(found.workers())
        .extracting(LiveWorker::id)
        .containsExactly("java", "newer", "python");
    LiveWorker java = found.workers().get(0);
    assertThat(java.knows()).isEqualTo(Map.of("mail.send", 2));
    assertThat(java.isQuieted()).isTrue();
    assertThat(java.version()).isEqualTo("1.0");
    assertThat(java.build()).isNotNull();
    assertThat(found.workers().get(1).build()).as("of another version of Tenon").isNull();
    assertThat(found.workers().get(2).knows()).isEqualTo(Map.of("mail.print", Integer.MAX_VALUE));
  }

  @Test
  void schedulesAndDeclarationsAreRead() throws SQLException {
    execute(
        """
        INSERT INTO tenon.job_types (type, max_concurrent, limit_by, order_by, unique_by, queues) VALUES
          ('mail.send', 5, 'to', '', 'to, text', '{"jobs.mail.send": "jobs.shop"}');
        INSERT INTO tenon.job_schedules
          (name, declared, cron, zone, overlap, catch_up_millis, jitter_millis, next_run_at, ends_at, type, version, routing_key,
           priority, has_own_priority, payload, submitted_by, max_attempts, retention_seconds, failed_retention_seconds)
        VALUES
          ('nightly', true, '0 3 * * *', 'UTC', 'skip', 0, 0, '2100-01-01Z', NULL, 'mail.send', 2, 'jobs.mail.send', 1, false,
           '{}', 's', 1, 1000, 1000),
          ('has ended', false, '0 3 * * *', 'UTC', 'skip', 0, 0, NULL, '2001-01-01Z', 'mail.print', 1, 'jobs.mail.print', 1, false,
           '{}', 's', 1, 1000, 1000)
        """);

    Situation found = store.read();

    assertThat(found.types().get("mail.send").keys())
        .isEqualTo(new BuildDescription.Keys(Map.of("maxConcurrent", "5"), "to", "", "to, text"));
    assertThat(found.types().get("mail.send").queues())
        .isEqualTo(Map.of("jobs.mail.send", "jobs.shop"));
    assertThat(found.schedules())
        .extracting(ScheduleRow::name, ScheduleRow::version, ScheduleRow::isDeclared)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("nightly", 2, true));
  }
}
