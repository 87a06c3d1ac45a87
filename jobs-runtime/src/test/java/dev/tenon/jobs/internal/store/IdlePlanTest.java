package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.internal.flow.LimitKeyStore;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.operate.RetentionStore;
import dev.tenon.jobs.internal.publish.DueStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What idle workers and the leader ask again and again costs the same however many jobs there are,
 * whatever the statistics say. And they find what there is.
 */
@Tag("servers")
@Tag("thorough")
class IdlePlanTest {

  private static final int BACKLOG = 30_000;
  private static final int ROUNDS = 20;

  /** Rows that all of the questions together may read. */
  private static final int MAX_ROWS_PER_ROUND = 100;

  private static final Duration OVERDUE = Duration.ofSeconds(60);

  private StoreFixture store;
  private PollStore looks;
  private DueStore due;
  private LimitKeyStore limitKeys;
  private RetentionStore retention;
  private WorkerStore workers;
  private HeartbeatStore heartbeats;

  @BeforeEach
  void start() {
    store = new StoreFixture();
    looks = new PollStore(store.database, store.claims);
    due = new DueStore(store.database);
    limitKeys = new LimitKeyStore(store.database);
    retention = new RetentionStore(store.database);
    workers = new WorkerStore(store.database);
    heartbeats = new HeartbeatStore(store.database);
    workers.register("w", "here", 1, 1, Map.of(StoreFixture.TYPE, 1));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "analyzed while it was empty"})
  void questionsReadLittleOfALargeTable(String statistics) {
    store.withoutAutovacuum();
    if (statistics.equals("analyzed while it was empty")) {
      store.onHotTables("ANALYZE");
    }
    store.insertMany("test.other", 1, "now()", "NULL", BACKLOG);
    store.insertMany(StoreFixture.TYPE, 1, "now() + interval '1 day'", "NULL", BACKLOG);
    store.execute(
        "INSERT /* by the test */ INTO tenon.live_jobs (id, type, routing_key, priority,"
            + " max_attempts, retention_seconds, payload_bytes, publish_at, parked_at)"
            + " SELECT gen_random_uuid(), 'test.unknown', 'jobs.x', 1, 3, 60, 2,"
            + " now() + interval '1 h', now() FROM generate_series(1, "
            + BACKLOG
            + ")");
    store.execute(
        "INSERT /* by the test */ INTO tenon.ended_jobs (id, type, status, lease, attempts,"
            + " crashes, run_at, finished_at, delete_at, progress, worker_id, started_at, outcome)"
            + " SELECT gen_random_uuid(), '"
            + StoreFixture.TYPE
            + "', 'completed', 1, 1, 0, now(), now(), now() + interval '1 day', 100, 'w', now(),"
            + " 'completed' FROM generate_series(1, "
            + BACKLOG
            + ")");
    store.execute("UPDATE tenon.live_jobs SET schedule = 'other' WHERE type = 'test.other'");
    store.execute("UPDATE tenon.live_jobs SET start_before = now() + interval '1 hour'");
    insertDelayedSchedules(5);
    if (statistics.equals("analyzed")) {
      store.onHotTables("ANALYZE");
    }
    // So that what these have read is counted
    await().atMost(Duration.ofMinutes(1)).until(() -> insertedRows() >= BACKLOG);
    long scans = scansOfWorkers();
    long before = rows();
    for (int i = 0; i < ROUNDS; i++) {
      assertThat(looks.all(StoreFixture.KNOWN).untilDue()).isGreaterThan(Duration.ofHours(23));
      assertThat(looks.withoutPointers(StoreFixture.KNOWN, OVERDUE).untilDue())
          .isGreaterThan(Duration.ofMinutes(50));
      DueStore.Due answer = due.due();
      assertThat(answer.kinds())
          .extracting(place -> place.kind().type())
          .containsExactly("test.other");
      assertThat(answer.hasSchedules()).isFalse();
      assertThat(answer.hasExpiredJobs()).isFalse();
      assertThat(limitKeys.hasLimits()).isFalse();
      assertThat(retention.isAnythingExpired()).isFalse();
      assertThat(workers.heartbeat("w", false, Optional.empty()).orElseThrow().running()).isEmpty();
      assertThat(heartbeats.heartbeats(true).isLed()).isFalse();
    }
    // PostgreSQL publishes what was read a moment later
    await().atMost(Duration.ofMinutes(1)).until(() -> scansOfWorkers() >= scans + 2 * ROUNDS);
    assertThat(rows() - before)
        .as("rows that were read in %d rounds, of %d", ROUNDS, 4 * BACKLOG)
        .isLessThan(ROUNDS * MAX_ROWS_PER_ROUND);
  }

  @Test
  void anEmptyTableHasNothing() {
    assertThat(looks.all(StoreFixture.KNOWN))
        .isEqualTo(new PollStore.Waiting(LimitedTypes.NONE, null));
    assertThat(looks.withoutPointers(StoreFixture.KNOWN, OVERDUE))
        .isEqualTo(new PollStore.Waiting(LimitedTypes.NONE, null));
    nothingIsDue();
    assertThat(limitKeys.hasLimits()).isFalse();
    assertThat(retention.isAnythingExpired()).isFalse();
  }

  @Test
  void whatIsDueIsSeen() {
    insert(StoreFixture.TYPE, "queued", "now() - interval '1 s'", "now()", "NULL", "NULL", 1);
    assertThat(looks.all(StoreFixture.KNOWN).untilDue()).isZero();
    assertThat(looks.all(Map.of("test.other", 1)).untilDue()).isNull();
    assertThat(looks.withoutPointers(StoreFixture.KNOWN, OVERDUE).untilDue()).isNull();
    insert(StoreFixture.TYPE, "pending", "now()", "now() - interval '1 s'", "NULL", "NULL", 1);
    assertThat(looks.withoutPointers(StoreFixture.KNOWN, OVERDUE).untilDue())
        .isBetween(Duration.ofMillis(1), Duration.ofSeconds(59));
    assertThat(due.due().kinds()).hasSize(1);
    store.execute("UPDATE by_test.jobs SET publish_at = now() - interval '60 s'");
    assertThat(looks.withoutPointers(StoreFixture.KNOWN, OVERDUE).untilDue()).isZero();
  }

  @Test
  void theFirstJobOfAKnownTypeAndVersionCounts() {
    insert(StoreFixture.TYPE, "pending", "now() + interval '50 s'", "NULL", "NULL", "NULL", 1);
    insert(StoreFixture.TYPE, "pending", "now() + interval '20 s'", "NULL", "NULL", "NULL", 1);
    store.execute("UPDATE by_test.jobs SET priority = 2 WHERE run_at > now() + interval '30 s'");
    assertThat(looks.all(StoreFixture.KNOWN).untilDue())
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
    store.execute("UPDATE by_test.jobs SET version = 2 WHERE priority = 1");
    assertThat(looks.all(StoreFixture.KNOWN).untilDue())
        .isBetween(Duration.ofSeconds(21), Duration.ofSeconds(50));
  }

  @Test
  void whatWasParkedIsSeenByThoseWhoKnowIt() {
    insert(StoreFixture.TYPE, "pending", "now()", "now() + interval '1 h'", "now()", "NULL", 1);
    for (PollStore.Waiting seen :
        List.of(
            looks.all(StoreFixture.KNOWN), looks.withoutPointers(StoreFixture.KNOWN, OVERDUE))) {
      assertThat(seen.untilDue()).isZero();
    }
    store.execute("UPDATE by_test.jobs SET version = 2");
    assertThat(looks.all(StoreFixture.KNOWN).untilDue()).isNull();
    assertThat(looks.withoutPointers(StoreFixture.KNOWN, OVERDUE).untilDue()).isNull();
  }

  @Test
  void limitsAreSeen() {
    insert(StoreFixture.TYPE, "pending", "now()", "now()", "NULL", "'key'", 2);
    insert("test.other", "pending", "now() + interval '1 day'", "now()", "NULL", "''", 1);
    for (LimitedTypes types :
        List.of(
            looks.all(StoreFixture.KNOWN).limitedTypes(),
            looks.withoutPointers(StoreFixture.KNOWN, OVERDUE).limitedTypes(),
            new LimitedClaimStore(store.database).waitingTypes())) {
      assertThat(types.due()).containsExactly(StoreFixture.TYPE);
      assertThat(types.untilNext()).isBetween(Duration.ofHours(23), Duration.ofDays(1));
    }
    assertThat(looks.all(StoreFixture.KNOWN).untilDue()).isNull();
    assertThat(limitKeys.hasLimits()).isTrue();
    store.execute("UPDATE /* by the test */ by_test.jobs SET status = 'running'");
    assertThat(limitKeys.hasLimits()).isTrue();
    store.execute("UPDATE /* by the test */ by_test.jobs SET status = 'completed'");
    assertThat(limitKeys.hasLimits()).isFalse();
    store.limit(1, 0);
    assertThat(limitKeys.hasLimits()).isTrue();
  }

  @Test
  void whatHasEndedIsSeen() {
    insert(StoreFixture.TYPE, "completed", "now()", "now()", "NULL", "NULL", 1);
    store.execute("UPDATE /* by the test */ by_test.jobs SET delete_at = now() + interval '1 h'");
    assertThat(retention.isAnythingExpired()).isFalse();
    store.execute("UPDATE /* by the test */ by_test.jobs SET delete_at = now()");
    assertThat(retention.isAnythingExpired()).isTrue();
    store.execute(
        "UPDATE /* by the test */ by_test.jobs SET delete_at = NULL, unique_key = 'k', unique_until"
            + " = now()");
    assertThat(retention.isAnythingExpired()).isTrue();
    store.execute("UPDATE /* by the test */ by_test.jobs SET unique_key = NULL");
    assertThat(retention.isAnythingExpired()).isFalse();
  }

  @Test
  void aHeartbeatSaysWhatTheWorkerRuns() {
    assertThat(workers.heartbeat("another", false, Optional.empty())).isEmpty();
    assertThat(workers.heartbeat("w", false, Optional.empty()).orElseThrow().running()).isEmpty();
    insert(StoreFixture.TYPE, "queued", "now()", "now()", "NULL", "NULL", 2);
    List<Lease> leases =
        store.claims.claimDue("w", StoreFixture.KNOWN, 2, Long.MAX_VALUE).stream()
            .map(ClaimedJob::lease)
            .toList();
    store.execute("UPDATE by_test.jobs SET cancel_requested_at = now() WHERE priority = 1");
    assertThat(workers.heartbeat("w", false, Optional.empty()).orElseThrow().running())
        .containsExactlyInAnyOrderElementsOf(
            leases.stream().map(lease -> new WorkerStore.Running(lease, true)).toList());
    assertThat(workers.running("w", Optional.empty())).hasSameSizeAs(leases);
  }

  @Test
  void aLookSaysWhetherSomebodyLeads() {
    assertThat(heartbeats.heartbeats(true).isLed()).isFalse();
    LeaderStore leaders = new LeaderStore(store.database);
    Leadership leadership = leaders.acquire("h", Duration.ofMinutes(1)).orElseThrow();
    assertThat(heartbeats.heartbeats(true).isLed()).isTrue();
    assertThat(heartbeats.heartbeats(true).beats())
        .extracting(HeartbeatStore.Beat::workerId)
        .containsExactly("w");
    leaders.release(leadership);
    assertThat(heartbeats.heartbeats(true).isLed()).isFalse();
    workers.deregister("w");
    assertThat(heartbeats.heartbeats(true).beats()).isEmpty();
    assertThat(heartbeats.heartbeats(true).isLed()).isFalse();
  }

  private void insert(
      String type,
      String status,
      String runAt,
      String publishAt,
      String parkedAt,
      String limitKey,
      int count) {
    store.execute(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, run_at, publish_at, parked_at, limit_key,
          payload, payload_bytes, submitted_by, max_attempts, retention_seconds)
        SELECT gen_random_uuid(), '%s', 'jobs.x', '%s', 1, %s, coalesce(%s, %s), %s, %s,
          '{}', 2, 'tester', 3, 60
        FROM generate_series(1, %d)
        """
            .formatted(type, status, runAt, publishAt, runAt, parkedAt, limitKey, count));
  }

  /** Schedules with a fixed delay: of half of them a run has not ended. */
  private void insertDelayedSchedules(int each) {
    store.execute(
        """
        INSERT INTO tenon.job_schedules (name, declared, delay_millis, overlap, catch_up_millis, jitter_millis,
          next_run_at, awaited_job_id, type, version, routing_key, priority, has_own_priority, payload, submitted_by,
          max_attempts, retention_seconds, failed_retention_seconds)
        SELECT 's' || i, false, 1000, 'skip', 0, 0, CASE WHEN i > %1$d THEN now() + interval '1 day' END,
          CASE WHEN i <= %1$d THEN (SELECT id FROM tenon.jobs WHERE status = 'queued' OFFSET i LIMIT 1) END,
          'test.unknown', 1, 'jobs.x', 1, false, '{}', 'tester', 3, 60, 60
        FROM generate_series(1, 2 * %1$d) AS i
        """
            .formatted(each));
  }

  private long rows() {
    return store.rowsRead(StoreFixture.HOT_TABLES);
  }

  private long insertedRows() {
    return number("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'ended_jobs'");
  }

  private void nothingIsDue() {
    DueStore.Due answer = due.due();
    assertThat(answer.kinds()).isEmpty();
    assertThat(answer.hasSchedules()).isFalse();
  }

  private long scansOfWorkers() {
    return number("SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE relname = 'workers'");
  }

  private long number(String sql) {
    return store.database.dsl().fetchOne(sql).get(0, Long.class);
  }
}
