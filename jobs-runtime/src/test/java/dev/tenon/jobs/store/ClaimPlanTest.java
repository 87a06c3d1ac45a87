package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a claim costs does not depend on how many jobs wait, nor on statistics, nor on what the
 * table was like when PostgreSQL planned it: all claims of a test use one connection.
 */
@Tag("servers")
class ClaimPlanTest {

  private static final int BACKLOG = 30_000;
  private static final int CLAIMS = 20;
  private static final int JOBS = 10;

  /** A claim from the table looks at more than it takes. */
  private static final int MAX_ROWS_PER_CLAIM = 600;

  private StoreFixture store;
  private long inserted;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "never analyzed",
        "analyzed",
        "analyzed while it was empty",
        "analyzed when all had ended"
      })
  void aClaimByPointersReadsOnlyWhatItClaims(String statistics) {
    List<UUID> ids = new ArrayList<>();
    fill(statistics, () -> ids.addAll(insert(StoreFixture.TYPE, 1, "now()", BACKLOG)));
    readsLittle(
        call ->
            assertThat(store.claim("w", ids.subList(call * JOBS, (call + 1) * JOBS)))
                .hasSize(JOBS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "never analyzed",
        "analyzed",
        "analyzed while it was empty",
        "analyzed when all had ended"
      })
  void aClaimFromTheTablePassesNeitherTheJobsOfOthersNorThoseThatAreNotDue(String statistics) {
    fill(
        statistics,
        () -> {
          insert("test.other", 3, "now()", BACKLOG);
          insert(StoreFixture.TYPE, 3, "now() + interval '1 day'", BACKLOG);
          insert(StoreFixture.TYPE, 1, "now()", CLAIMS * JOBS);
        });
    readsLittle(
        call ->
            assertThat(store.claims.claimDue("w", StoreFixture.KNOWN, JOBS, Long.MAX_VALUE))
                .hasSize(JOBS));
    readsLittle(
        call ->
            assertThat(store.claims.claimDue("w", StoreFixture.KNOWN, JOBS, Long.MAX_VALUE))
                .isEmpty());
  }

  private void fill(String statistics, Runnable inserts) {
    store.execute("ALTER TABLE tenon.jobs SET (autovacuum_enabled = false)");
    if (statistics.equals("analyzed while it was empty")) {
      store.execute("ANALYZE tenon.jobs");
    }
    // Plans that are made now are kept, unless something is analyzed later
    assertThat(store.claim("w", List.of(UUID.randomUUID()))).isEmpty();
    assertThat(store.claims.claimDue("w", StoreFixture.KNOWN, JOBS, Long.MAX_VALUE)).isEmpty();
    if (statistics.equals("analyzed when all had ended")) {
      insert(StoreFixture.TYPE, 1, "now()", BACKLOG);
      store.execute(
          "UPDATE /* by the test */ by_test.jobs SET status = 'completed', finished_at = now()");
      store.execute("VACUUM ANALYZE tenon.jobs");
    }
    inserts.run();
    if (statistics.equals("analyzed")) {
      store.execute("ANALYZE tenon.jobs");
    }
  }

  private List<UUID> insert(String type, int priority, String runAt, int count) {
    inserted += count;
    return store
        .database
        .dsl()
        .fetch(
            "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, run_at, payload,"
                + " payload_bytes, submitted_by, max_attempts, retention_seconds)"
                + " SELECT gen_random_uuid(), '%s', 'jobs.x', 'queued', %d, %s, '{}', 2, 'tester', 3, 60"
                    .formatted(type, priority, runAt)
                + " FROM generate_series(1, "
                + count
                + ") RETURNING id")
        .getValues(0, UUID.class);
  }

  /** PostgreSQL publishes what was read a moment later; each claim is one statement. */
  private void readsLittle(IntConsumer claim) {
    store.publishReads();
    Reads before =
        await()
            .atMost(Duration.ofMinutes(1))
            .until(this::reads, reads -> reads.inserted() == inserted);
    for (int i = 0; i < CLAIMS; i++) {
      claim.accept(i);
    }
    store.publishReads();
    Reads after =
        await()
            .atMost(Duration.ofMinutes(1))
            .until(
                this::reads, reads -> reads.scansOfWorkers() >= before.scansOfWorkers() + CLAIMS);
    assertThat(after.rows() - before.rows())
        .as("rows that were read by %d claims, of %d that wait", CLAIMS, BACKLOG)
        .isLessThan(CLAIMS * MAX_ROWS_PER_CLAIM);
  }

  /**
   * What was read so far.
   *
   * @param inserted what was read before, over the same connection, is counted, too
   * @param rows of the table, and of its indexes
   * @param scansOfWorkers how often the table of the workers was looked at, which each claim does
   */
  private record Reads(long inserted, long rows, long scansOfWorkers) {}

  private Reads reads() {
    var row =
        store
            .database
            .dsl()
            .fetchOne(
                "SELECT (SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'jobs'),"
                    + " (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'jobs')"
                    + " + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'jobs'),"
                    + " (SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE relname = 'workers')");
    return new Reads(row.get(0, Long.class), row.get(1, Long.class), row.get(2, Long.class));
  }
}
