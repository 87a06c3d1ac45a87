package dev.tenon.jobs.internal.store;

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
 * tables were like when PostgreSQL planned it: all claims of a test use one connection.
 */
@Tag("servers")
class ClaimPlanTest {

  private static final int CLAIMS = 20;
  private static final int JOBS = 10;

  /** A claim from the table looks at more than it takes. */
  private static final int MAX_ROWS_PER_CLAIM = 600;

  /** If one of the claims reads all of it, that is more than all of them together may read. */
  private static final int BACKLOG = 5 * CLAIMS * MAX_ROWS_PER_CLAIM / 4;

  /** A claim of what nobody publishes looks at the first thousand jobs of a type and a priority. */
  private static final int HEAD = 1_000;

  /** A walk comes to its last jobs with one step. */
  private static final int BEHIND = 4 * OverdueWalk.MAX_ROWS - CLAIMS * JOBS;

  private static final Duration AGE = Duration.ofMinutes(1);

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
        "vacuumed while they were empty",
        "vacuumed while they were empty, planned by the first job",
        "vacuumed when all had ended"
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
        "vacuumed while they were empty",
        "vacuumed while they were empty, planned by the first job",
        "vacuumed when all had ended"
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "never analyzed",
        "analyzed",
        "vacuumed while they were empty",
        "vacuumed while they were empty, planned by the first job"
      })
  void aClaimOfWhatNobodyPublishesReadsTheHeadOfTheLine(String statistics) {
    fill(
        statistics,
        () -> {
          insert("test.other", 3, "now()", BACKLOG);
          insert(StoreFixture.TYPE, 1, "now()", BACKLOG);
        });
    readsLittle(call -> assertThat(overdue()).isEmpty(), 2 * HEAD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "never analyzed",
        "analyzed",
        "vacuumed while they were empty",
        "vacuumed while they were empty, planned by the first job"
      })
  void whatNobodyPublishesBehindTheHeadIsFoundInParts(String statistics) {
    fill(statistics, () -> insert(StoreFixture.TYPE, 1, "now()", BEHIND));
    PollStore looks = new PollStore(store.database, store.claims);
    readsLittle(
        call -> assertThat(looks.withoutPointers(StoreFixture.KNOWN, AGE).untilDue()).isNull(),
        HEAD + OverdueWalk.MAX_ROWS + MAX_ROWS_PER_CLAIM);
    store.execute(
        "UPDATE /* by the test */ tenon.live_jobs SET status = 'pending', publish_at = now() -"
            + " interval '1 hour' WHERE id IN (SELECT id FROM tenon.live_jobs WHERE status ="
            + " 'queued' ORDER BY run_at DESC, id DESC LIMIT "
            + CLAIMS * JOBS
            + ")");
    await()
        .pollInSameThread()
        .atMost(Duration.ofMinutes(1))
        .until(() -> looks.withoutPointers(StoreFixture.KNOWN, AGE).untilDue() != null);
    readsLittle(call -> assertThat(overdue()).hasSize(JOBS), HEAD + MAX_ROWS_PER_CLAIM);
  }

  private List<ClaimedJob> overdue() {
    return store.claims.claimOverdue("w", StoreFixture.KNOWN, AGE, JOBS, Long.MAX_VALUE);
  }

  private void fill(String statistics, Runnable inserts) {
    store.withoutAutovacuum();
    if (statistics.startsWith("vacuumed while")) {
      store.onHotTables("VACUUM ANALYZE");
    }
    // Plans that are made now are kept, unless something is analyzed later
    assertThat(store.claim("w", List.of(UUID.randomUUID()))).isEmpty();
    assertThat(store.claims.claimDue("w", StoreFixture.KNOWN, JOBS, Long.MAX_VALUE)).isEmpty();
    assertThat(overdue()).isEmpty();
    WalkPlace beginning = WalkPlace.beginning(new JobKind(StoreFixture.TYPE, (short) 1));
    assertThat(store.claims.overdueWalk(StoreFixture.KNOWN).walkOn(List.of(beginning), AGE))
        .isFalse();
    if (statistics.endsWith("planned by the first job")) {
      assertThat(store.claim("w", insert(StoreFixture.TYPE, 1, "now()", 1))).hasSize(1);
      insert(StoreFixture.TYPE, 1, "now()", 1);
      assertThat(store.claims.claimDue("w", StoreFixture.KNOWN, JOBS, Long.MAX_VALUE)).hasSize(1);
    }
    if (statistics.equals("vacuumed when all had ended")) {
      insert(StoreFixture.TYPE, 1, "now()", BACKLOG);
      store.execute("DELETE /* by the test */ FROM tenon.live_jobs");
      store.onHotTables("VACUUM ANALYZE");
    }
    inserts.run();
    if (statistics.equals("analyzed")) {
      store.onHotTables("ANALYZE");
    }
  }

  private List<UUID> insert(String type, int priority, String runAt, int count) {
    inserted += count;
    return store.insertMany(type, priority, runAt, "NULL", count);
  }

  private void readsLittle(IntConsumer claim) {
    readsLittle(claim, MAX_ROWS_PER_CLAIM);
  }

  /** PostgreSQL publishes what was read a moment later; each claim is one statement. */
  private void readsLittle(IntConsumer claim, int maxRowsPerClaim) {
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
            .until(this::reads, reads -> reads.scansOfTypes() >= before.scansOfTypes() + CLAIMS);
    assertThat(after.rows() - before.rows())
        .as("rows that were read by %d claims, of %d that wait", CLAIMS, BACKLOG)
        .isLessThan((long) CLAIMS * maxRowsPerClaim);
  }

  /**
   * What was read so far.
   *
   * @param inserted what was read before, over the same connection, is counted, too
   * @param rows of the tables, and of their indexes
   * @param scansOfTypes how often the table of the types was looked at, which each claim does
   */
  private record Reads(long inserted, long rows, long scansOfTypes) {}

  private Reads reads() {
    var row =
        store
            .database
            .dsl()
            .fetchOne(
                "SELECT (SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'live_jobs'),"
                    + " (SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE relname ="
                    + " 'job_types')");
    return new Reads(
        row.get(0, Long.class), store.rowsRead(StoreFixture.HOT_TABLES), row.get(1, Long.class));
  }
}
