package dev.tenon.jobs.internal.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.operate.JobScaling.Demand;
import dev.tenon.jobs.operate.JobScaling.TypeDemand;
import dev.tenon.jobs.operate.ScalingQuery;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the tables say about the workers that are needed, without statistics of PostgreSQL. */
@Tag("servers")
class ScalingReaderTest {

  private final PostgresDatabase postgres = TenonDatabase.shared();
  private ScalingReader reader;

  @BeforeEach
  void open() throws SQLException {
    reader =
        new ScalingReader(
            new Database(
                postgres.dataSource(), postgres.dataSource(), postgres.dataSource(), "tenon"),
            Duration.ofDays(1));
    sql("ALTER TABLE tenon.live_jobs SET (autovacuum_enabled = off)");
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  private void insert(String type, int count, String dueIn, String limitKey, int version)
      throws SQLException {
    sql(
        """
        INSERT INTO by_test.jobs (id, type, version, routing_key, status, priority, payload, payload_bytes, submitted_by, max_attempts,
          retention_seconds, run_at, limit_key)
        SELECT gen_random_uuid(), '%1$s', %5$d, 'q', 'pending', 1, '{}', 2, 't', 1, 60, now() + interval '%3$s', %4$s
        FROM generate_series(1, %2$d)
        """
            .formatted(type, count, dueIn, limitKey, version));
  }

  private void took(String type, long attempts, long millis) throws SQLException {
    sql(
        """
        INSERT INTO tenon.job_statistics VALUES
          (60, now() - interval '5 minutes', '%1$s', 'completed', %2$d, %3$d, 1, 0, 0),
          (60, now() - interval '5 minutes', '%1$s', 'lost', 1, 999999999, 1, 0, 0),
          (3600, now() - interval '9 hours', '%1$s', 'completed', 1, 999999999, 1, 0, 0)
        """
            .formatted(type, attempts, attempts * millis));
  }

  private void worker(String id, String types, String versions, boolean isQuieted)
      throws SQLException {
    sql(
        """
        INSERT INTO tenon.workers (id, host, process_id, process, types, versions, concurrency, quieted_at)
        VALUES ('%s', 'h', 7, gen_random_uuid(), '%s', '%s', 4, %s)
        """
            .formatted(id, types, versions, isQuieted ? "now()" : "NULL"));
  }

  private Demand demand(String... types) {
    return reader.demand(ScalingQuery.all().withTypes(List.of(types)));
  }

  private static TypeDemand only(Demand demand) {
    assertThat(demand.types()).hasSize(1);
    return demand.types().get(0);
  }

  @Test
  void anEmptyDatabaseNeedsNobody() {
    Demand demand = reader.demand(ScalingQuery.all());
    assertThat(demand.workers()).isZero();
    assertThat(demand.slotsPerWorker()).isEqualTo(10);
    assertThat(demand.types()).isEmpty();
  }

  @Test
  void whatIsDueAndWhatWillBeCountsByHowLongItTakes() throws SQLException {
    insert("mail.send", 20, "-1 minute", "NULL", 1);
    insert("mail.send", 5, "20 seconds", "NULL", 1);
    insert("mail.send", 7, "1 hour", "NULL", 1);
    insert("other.type", 7, "-1 hour", "NULL", 1);
    took("mail.send", 100, 6_000);

    Demand demand = demand("mail.*");

    TypeDemand mail = only(demand);
    assertThat(mail.due()).isEqualTo(20);
    assertThat(mail.soon()).isEqualTo(5);
    assertThat(mail.duration()).contains(Duration.ofSeconds(6));
    assertThat(demand.slots()).isEqualTo(5);
    assertThat(demand.workers()).isEqualTo(1);
    assertThat(reader.demand(ScalingQuery.all()).types())
        .extracting(TypeDemand::type)
        .containsExactly("mail.send", "other.type");
    Demand later = reader.demand(ScalingQuery.all().withStartUp(Duration.ofHours(2)).withSlots(2));
    assertThat(later.types().get(0).soon()).isEqualTo(12);
    assertThat(later.workers()).isEqualTo(4);
  }

  @Test
  void jobsThatWorkersDoNotKnowCountForThoseThatDo() throws SQLException {
    insert("mail.send", 3, "-1 minute", "NULL", 1);
    insert("mail.send", 4, "-1 minute", "NULL", 2);
    assertThat(only(demand("mail.send")).versions()).isEqualTo(Map.of(1, 3L, 2, 4L));

    worker("old", "{mail.send}", "{1}", false);

    assertThat(only(demand("mail.send")).due()).isEqualTo(3);
    assertThat(only(demand("mail.send:2")).due()).isEqualTo(7);
    assertThat(demand("mail.send").slotsPerWorker()).isEqualTo(4);
    sql("UPDATE tenon.live_jobs SET parked_at = now() WHERE version = 2");
    assertThat(only(demand("mail.send:2")).due()).isEqualTo(7);
    assertThat(only(demand("mail.send:1")).due()).isEqualTo(3);
  }

  @Test
  void runningJobsNeedTheirWorkersUnlessThoseStop() throws SQLException {
    worker("one", "{mail.send,cad.convert}", "{1,1}", false);
    worker("two", "{mail.send}", "{1}", false);
    worker("stops", "{mail.send}", "{1}", true);
    for (String worker : List.of("one", "two", "stops")) {
      insert("mail.send", 1, "-1 minute", "NULL", 1);
      sql(
          """
          WITH claimed AS (
            UPDATE tenon.live_jobs
            SET status = 'running', worker_id = '%1$s', started_at = now(), lease = 1, attempts = 1
            WHERE status = 'pending' RETURNING id)
          INSERT INTO tenon.claims SELECT '%1$s', now(), array_agg(id) FROM claimed
          """
              .formatted(worker));
    }
    took("mail.send", 10, 10);

    Demand demand = demand("mail.send");

    assertThat(only(demand).running()).isEqualTo(2);
    assertThat(demand.slots()).isEqualTo(2);
    assertThat(demand.busyWorkers()).isEqualTo(2);
    assertThat(demand.workers()).isEqualTo(2);
    assertThat(demand.liveWorkers()).isEqualTo(2);
    assertThat(demand("cad.convert").workers()).isZero();
    assertThat(demand("cad.convert").liveWorkers()).isEqualTo(1);
  }

  @Test
  void limitsHoldBackWhatNeedsNobody() throws SQLException {
    sql(
        """
        INSERT INTO tenon.job_types (type, aliases, rates, max_concurrent_per_key, limit_by) VALUES
          ('partner.sync', '{partner.old}', '10/60', 0, NULL), ('shop.sync', '{}', '', 2, 'shop')
        """);
    insert("partner.old", 50, "-1 minute", "''", 1);
    insert("shop.sync", 30, "-1 minute", "'a'", 1);
    insert("shop.sync", 1, "-1 minute", "'b'", 1);
    took("partner.sync", 1, 60_000);
    took("shop.sync", 1, 60_000);

    assertThat(demand("partner.sync").slots()).isEqualTo(10);
    assertThat(demand("shop.sync").slots()).isEqualTo(3);
    sql(
        """
        INSERT INTO tenon.limited_starts VALUES
          ('partner.sync', false, '', false, 60, now() + interval '61 seconds', now(), 8),
          ('partner.sync', false, '', false, 60, now() + interval '10 seconds', now() - interval '50 seconds', 2)
        """);
    TypeDemand partner = only(demand("partner.sync"));
    assertThat(partner.startable()).isEqualTo(2);
    assertThat(partner.reason())
        .contains("50 jobs are due", "The rate 10/m lets 2 of them start within 30 s.");
    sql("UPDATE tenon.job_types SET paused_at = now(), paused_by = 't', pause_reason = 'r'");
    assertThat(demand().workers()).isZero();
  }

  @Test
  void aScheduleNeedsAWorkerBeforeItIsDue() throws SQLException {
    sql(
        """
        INSERT INTO tenon.job_schedules (name, declared, cron, zone, overlap, catch_up_millis, jitter_millis,
          next_run_at, type, version, routing_key, priority, has_own_priority, payload, submitted_by, max_attempts,
          retention_seconds, failed_retention_seconds)
        SELECT 'report.run:' || s, true, '0 3 * * *', 'UTC', 'skip', 0, 0,
          now() + s * interval '1 second', 'report.run', 1, 'q', 1, false, '{}', 't', 1, 60, 60
        FROM (VALUES (20), (3600)) AS s (s)
        """);
    Demand demand = demand("report.*");
    assertThat(only(demand).soon()).isEqualTo(1);
    assertThat(demand.workers()).isEqualTo(1);
    sql("UPDATE tenon.job_schedules SET paused_at = now(), paused_by = 't', pause_reason = 'r'");
    assertThat(demand("report.*").workers()).isZero();
  }

  @Test
  void countingStopsAndTheSlotsDoubleInstead() throws SQLException {
    insert("mail.send", 10_001, "-1 hour", "NULL", 1);
    insert("mail.other", 10_001, "-1 hour", "'a'", 1);
    worker("one", "{mail.send,mail.other}", "{1,1}", false);
    took("mail.send", 1_000, 1);
    took("mail.other", 1_000, 1);

    Demand demand = demand("mail.*");

    assertThat(demand.types())
        .allSatisfy(
            type -> {
              assertThat(type.isCapped()).isTrue();
              assertThat(type.due()).isEqualTo(10_000);
              assertThat(type.slots()).isEqualTo(8);
            });
  }

  @Test
  void queriesAreChecked() {
    assertThat(ScalingQuery.all().slots()).isEqualTo(OptionalInt.empty());
    assertThatThrownBy(() -> demand("mail%"))
        .hasMessageContaining("'mail%' does not select types.");
    assertThatThrownBy(() -> ScalingQuery.all().withSlots(0))
        .hasMessageContaining("it must be from 1 to 10000");
  }
}
