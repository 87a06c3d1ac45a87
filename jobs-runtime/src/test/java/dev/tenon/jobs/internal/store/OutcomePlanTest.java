package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.UniqueScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What it costs to record outcomes and confirmations depends neither on how many jobs wait, nor on
 * how many have ended, nor on statistics, nor on what the tables were like when PostgreSQL planned
 * it: all calls of a test use one connection.
 */
@Tag("servers")
class OutcomePlanTest {

  private static final int CALLS = 20;
  private static final int JOBS = 10;

  /** A job is found once to lock it and once to change it, and each change leaves a version. */
  private static final int MAX_ROWS_PER_JOB = 30;

  /** If one of the calls reads all of them, that is more than all calls together may read. */
  private static final int OTHERS = 3 * CALLS * JOBS * MAX_ROWS_PER_JOB / 2;

  /** What fits on a few pages may be read as a whole. */
  private static final int MAX_ROWS_PER_JOB_OF_A_SMALL_TABLE = 3 * CALLS * JOBS;

  private StoreFixture store;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
    store.withoutAutovacuum();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"never analyzed", "analyzed", "vacuumed while they were empty", "nearly empty"})
  void outcomes(String statistics) {
    fill(statistics);
    List<UUID> ids = submit();
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
      strings = {"never analyzed", "analyzed", "vacuumed while they were empty", "nearly empty"})
  void confirmations(String statistics) {
    fill(statistics);
    List<UUID> ids = submit();
    readsLittle(
        statistics,
        0,
        ids,
        some ->
            store.publishes.markQueued(StoreFixture.eachAlone(store.publishes.pendingAmong(some))));
  }

  private void fill(String statistics) {
    if (statistics.startsWith("vacuumed")) {
      store.onHotTables("VACUUM ANALYZE");
    }
    // Plans that are made now are kept, unless something is analyzed later
    Lease unknown = new Lease(UUID.randomUUID(), 1, "w");
    assertThat(store.outcomes.finish(List.of(new AttemptEnd.Completed(unknown, null, 1))))
        .isEmpty();
    store.publishes.markQueued(List.of());
    List<UUID> first = store.submit(unique("first"));
    store.publishes.markQueued(StoreFixture.eachAlone(store.publishes.pendingAmong(first)));
    assertThat(
            store.outcomes.finish(
                List.of(new AttemptEnd.Completed(store.claim("w", first).get(0), null, 1))))
        .hasSize(1);
    if (!statistics.equals("nearly empty")) {
      store.insertMany(StoreFixture.TYPE, 1, "now()", "NULL", OTHERS);
      store.execute(
          "UPDATE /* by the test */ tenon.live_jobs SET status = 'running', lease = 1, worker_id = 'w'");
      store.execute(
          "INSERT INTO tenon.claims SELECT 'w', now(), array_agg(id) FROM tenon.live_jobs GROUP BY left(id::text, 3)");
      store.execute("INSERT INTO tenon.unique_keys SELECT id::text, id FROM tenon.live_jobs");
      store.insertMany(StoreFixture.TYPE, 1, "now()", "NULL", OTHERS);
      store.execute(
          "INSERT /* by the test */ INTO tenon.ended_jobs (id, type, status, lease, attempts, crashes, run_at, finished_at,"
              + " delete_at, progress) SELECT gen_random_uuid(), 'test.store', 'completed', 1, 1, 0, now(), now(), now(),"
              + " 100 FROM generate_series(1, "
              + OTHERS
              + ")");
    }
    if (statistics.equals("analyzed")) {
      store.onHotTables("ANALYZE");
    }
  }

  private static NewJob unique(String key) {
    return StoreFixture.unique(
        new NewJob.UniqueKey(key, UniqueScope.UNTIL_ENDED, null, DuplicatePolicy.KEEP));
  }

  /** Half of them have unique keys. */
  private List<UUID> submit() {
    List<UUID> ids = new ArrayList<>(store.submit(CALLS * JOBS / 2));
    ids.addAll(
        store.submit(
            IntStream.range(0, CALLS * JOBS / 2)
                .mapToObj(n -> unique("key " + n))
                .toArray(NewJob[]::new)));
    return ids;
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
   * @param rows what was read of the tables, and of their indexes
   * @param changes how many rows were changed
   */
  private record Reads(long rows, long changes) {}

  private Reads reads() {
    Object changes =
        store
            .database
            .dsl()
            .fetchValue(
                "SELECT n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = 'live_jobs'");
    return new Reads(store.rowsRead(StoreFixture.HOT_TABLES), ((Number) changes).longValue());
  }
}
