package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.UniqueScope;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What it costs to submit jobs whose unique keys others have depends neither on how many have keys,
 * nor on statistics, nor on what the tables were like when PostgreSQL planned it: all calls of a
 * test use one connection.
 */
@Tag("servers")
class UniquePlanTest {

  private static final int OTHERS = 30_000;
  private static final int CALLS = 20;
  private static final int JOBS = 10;

  /**
   * A key is found once to see that it is taken, once for its job, which may be in two tables, and
   * once to change or to clear it.
   */
  private static final int MAX_ROWS_PER_JOB = 30;

  private StoreFixture store;
  private SubmitStore submits;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
    store.withoutAutovacuum();
    submits = new SubmitStore(store.database);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void jobsThatAreReplaced(String statistics) {
    fill(statistics);
    for (int call = 0; call < CALLS; call++) {
      assertThat(submit("key ", call)).extracting(Recorded::created).containsOnly(true);
    }
    long before = readOnce("live_jobs", 0);
    for (int call = 0; call < CALLS; call++) {
      assertThat(submit("key ", call)).extracting(Recorded::created).containsOnly(false);
    }
    assertThat(readOnce("live_jobs", CALLS * JOBS) - before)
        .as("rows that were read by %d calls beside %d keys", CALLS, OTHERS)
        .isLessThan((long) CALLS * JOBS * MAX_ROWS_PER_JOB);
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void expiredKeys(String statistics) {
    fill(statistics);
    store.execute(
        "INSERT INTO tenon.unique_keys SELECT 'over ' || n, gen_random_uuid() FROM generate_series(0, "
            + (CALLS * JOBS - 1)
            + ") AS n");
    long before = readOnce("unique_keys", 1);
    for (int call = 0; call < CALLS; call++) {
      assertThat(submit("over ", call)).extracting(Recorded::created).containsOnly(true);
    }
    assertThat(readOnce("unique_keys", 1 + CALLS * JOBS) - before)
        .as("rows that were read by %d calls beside %d keys", CALLS, OTHERS)
        .isLessThan((long) CALLS * JOBS * MAX_ROWS_PER_JOB);
  }

  private List<Recorded> submit(String prefix, int call) {
    return submits.insert(
        IntStream.range(call * JOBS, (call + 1) * JOBS).mapToObj(n -> job(prefix + n)).toList());
  }

  private static NewJob job(String key) {
    return StoreFixture.unique(
        new NewJob.UniqueKey(key, UniqueScope.UNTIL_ENDED, null, DuplicatePolicy.REPLACE_PAYLOAD));
  }

  private void fill(String statistics) {
    if (statistics.startsWith("vacuumed")) {
      store.onHotTables("VACUUM ANALYZE");
    }
    // Plans that are made now are kept, unless something is analyzed later
    store.execute("INSERT INTO tenon.unique_keys VALUES ('first', gen_random_uuid())");
    assertThat(submits.insert(List.of(job("first")))).extracting(Recorded::created).contains(true);
    UUID second = submits.insert(List.of(job("second"))).get(0).jobId();
    assertThat(submits.insert(List.of(job("second"))))
        .extracting(Recorded::jobId)
        .containsExactly(second);
    store.execute("DELETE /* by the test */ FROM by_test.jobs");
    store.insertMany(StoreFixture.TYPE, 1, "now()", "NULL", OTHERS);
    store.execute("INSERT INTO tenon.unique_keys SELECT id::text, id FROM tenon.live_jobs");
    store.execute(
        "INSERT /* by the test */ INTO tenon.ended_jobs (id, type, status, lease, attempts, crashes, run_at, finished_at,"
            + " delete_at, progress) SELECT gen_random_uuid(), 'test.store', 'completed', 1, 1, 0, now(), now(), now(),"
            + " 100 FROM generate_series(1, "
            + OTHERS
            + ")");
    if (statistics.equals("analyzed")) {
      store.onHotTables("ANALYZE");
    }
  }

  /** How many rows were read, once PostgreSQL has published that so many more were changed. */
  private long readOnce(String table, long changes) {
    store.publishReads();
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              long rows = store.rowsRead(StoreFixture.HOT_TABLES);
              return changes(table) >= changes ? rows : -1;
            },
            rows -> rows >= 0);
  }

  private long changes(String table) {
    return ((Number)
            store
                .database
                .dsl()
                .fetchValue(
                    "SELECT n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = '"
                        + table
                        + "'"))
        .longValue();
  }
}
