package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What it costs to record outcomes and confirmations depends neither on how many jobs wait, nor on
 * how many have ended, nor on statistics, nor on what the table was like when PostgreSQL planned
 * it: all calls of a test use one connection.
 */
@Tag("servers")
class OutcomePlanTest {

  private static final int OTHERS = 30_000;
  private static final int CALLS = 20;
  private static final int JOBS = 10;

  /** A job is found once to lock it and once to change it, and each change leaves a version. */
  private static final int MAX_ROWS_PER_JOB = 30;

  /** What fits on a few pages may be read as a whole. */
  private static final int MAX_ROWS_PER_JOB_OF_A_SMALL_TABLE = 3 * CALLS * JOBS;

  private StoreFixture store;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
    store.execute("ALTER TABLE tenon.jobs SET (autovacuum_enabled = false)");
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"never analyzed", "analyzed", "analyzed while it was empty", "nearly empty"})
  void outcomes(String statistics) {
    fill(statistics);
    List<UUID> ids = store.submit(CALLS * JOBS);
    List<Lease> leases = store.claim("w", ids);
    readsLittle(
        statistics,
        leases.size(),
        leases,
        some ->
            assertThat(
                    store.outcomes.finish(
                        some.stream()
                            .<AttemptEnd>map(lease -> new AttemptEnd.Completed(lease, "{}", 1))
                            .toList()))
                .hasSize(JOBS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"never analyzed", "analyzed", "analyzed while it was empty", "nearly empty"})
  void confirmations(String statistics) {
    fill(statistics);
    List<UUID> ids = store.submit(CALLS * JOBS);
    readsLittle(
        statistics,
        0,
        ids,
        some ->
            store.publishes.markQueued(StoreFixture.eachAlone(store.publishes.pendingAmong(some))));
  }

  private void fill(String statistics) {
    if (statistics.equals("analyzed while it was empty")) {
      store.execute("ANALYZE tenon.jobs");
    }
    // Plans that are made now are kept, unless something is analyzed later
    Lease unknown = new Lease(UUID.randomUUID(), 1, "w");
    assertThat(store.outcomes.finish(List.of(new AttemptEnd.Completed(unknown, null, 1))))
        .isEmpty();
    store.publishes.markQueued(List.of());
    if (!statistics.equals("nearly empty")) {
      insert("queued");
      insert("completed");
      insert("running");
    }
    if (statistics.equals("analyzed")) {
      store.execute("ANALYZE tenon.jobs");
    }
  }

  private void insert(String status) {
    store.execute(
        "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes,"
            + " submitted_by, max_attempts, retention_seconds, lease, worker_id)"
            + " SELECT gen_random_uuid(), '%s', 'jobs.x', '%s', 1, '{}', 2, 'tester', 3, 60, 1, 'w'"
                .formatted(StoreFixture.TYPE, status)
            + " FROM generate_series(1, "
            + OTHERS
            + ")");
  }

  /** PostgreSQL publishes what was read a moment later; each call changes some jobs. */
  private <T> void readsLittle(
      String statistics, long changesBefore, List<T> all, Consumer<List<T>> statement) {
    int maxRows =
        statistics.equals("nearly empty") ? MAX_ROWS_PER_JOB_OF_A_SMALL_TABLE : MAX_ROWS_PER_JOB;
    Reads before = awaitChanges(changesBefore);
    for (int call = 0; call < CALLS; call++) {
      statement.accept(all.subList(call * JOBS, (call + 1) * JOBS));
    }
    Reads after = awaitChanges(before.changes() + CALLS * JOBS);
    assertThat(after.rows() - before.rows())
        .as("rows that were read by %d calls beside %d jobs", CALLS, OTHERS)
        .isLessThan((long) CALLS * JOBS * maxRows);
  }

  private Reads awaitChanges(long changes) {
    store.publishReads();
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(this::reads, reads -> reads.changes() >= changes);
  }

  /**
   * What happened so far.
   *
   * @param rows what was read of the table, and of its indexes
   * @param changes how many rows were changed
   */
  private record Reads(long rows, long changes) {}

  private Reads reads() {
    var row =
        store
            .database
            .dsl()
            .fetchOne(
                "SELECT seq_tup_read + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes"
                    + " WHERE relname = 'jobs'), n_tup_upd FROM pg_stat_user_tables WHERE relname = 'jobs'");
    return new Reads(row.get(0, Long.class), row.get(1, Long.class));
  }
}
