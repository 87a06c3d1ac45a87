package dev.tenon.jobs.internal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.TouchedPages;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a claim under limits costs does not depend on how many jobs wait, nor on statistics. */
@Tag("servers")
@Tag("thorough")
class LimitedClaimPlanTest {

  /** Its rows have more pages than a claim may touch. */
  private static final int BACKLOG = 15_000;

  private static final int CLAIMS = 20;
  private static final int JOBS = 10;

  /**
   * Pages that a claim of ten jobs may touch: it looks at 30 keys, and touches about 800. With the
   * jobs that are not due and those of another type there are 2,000 pages of jobs alone.
   */
  private static final int MAX_PAGES_PER_CLAIM = 1_500;

  /** Pages that are touched where nothing may start. */
  private static final int MAX_PAGES_OF_A_LOOK = 300;

  private StoreFixture store;
  private Connection connection;

  @BeforeEach
  void start() throws SQLException {
    store = new StoreFixture();
    connection = store.postgres.connect();
    store.withoutAutovacuum();
  }

  @AfterEach
  void stop() throws SQLException {
    connection.close();
    store.close();
  }

  @ParameterizedTest
  @CsvSource({
    "never analyzed, one key",
    "analyzed, one key",
    "vacuumed while they were empty, one key",
    "planned while they were empty, one key",
    "never analyzed, a key for each job",
    "analyzed, a key for each job",
    "vacuumed while they were empty, a key for each job",
    "planned while they were empty, a key for each job",
  })
  void aClaimReadsOnlyWhatItClaims(String statistics, String keys) throws SQLException {
    store.limit(100_000, "1000000/60 10000000/3600", 50_000, "1000000/60 10000000/3600");
    fill(
        statistics,
        () -> {
          // What another type has, and what is not due
          insert("test.other", "'x'", "now()", BACKLOG);
          insert(StoreFixture.TYPE, "'later'", "now() + interval '1 day'", BACKLOG);
          insert(
              StoreFixture.TYPE,
              keys.equals("one key") ? "'the only one'" : "'key ' || n",
              "now()",
              BACKLOG);
        });
    // The first one also reads what the server knows of the tables
    var unused = TouchedPages.of(connection, claim());
    long claimed = JOBS;
    for (int i = 0; i < CLAIMS; i++) {
      assertThat(TouchedPages.of(connection, claim()))
          .as("pages that claim %d touches", i)
          .isLessThan(MAX_PAGES_PER_CLAIM);
      claimed += JOBS;
    }
    assertThat(
            store
                .database
                .dsl()
                .fetchValue("SELECT count(*) FROM tenon.jobs WHERE status = 'running'"))
        .isEqualTo(claimed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void aClaimThatMayStartNothingReadsLittle(String statistics) throws SQLException {
    store.limit(JOBS, 0);
    fill(statistics, () -> insert(StoreFixture.TYPE, "''", "now()", BACKLOG));
    var unused = TouchedPages.of(connection, claim());
    for (int i = 0; i < CLAIMS; i++) {
      assertThat(TouchedPages.of(connection, claim())).isLessThan(MAX_PAGES_OF_A_LOOK);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void theTypesOfWhichJobsWaitAreFoundWithoutReadingTheJobs(String statistics) {
    fill(
        statistics,
        () -> {
          insert("test.other", "'key ' || n", "now()", BACKLOG);
          insert(StoreFixture.TYPE, "''", "now()", BACKLOG);
          insert("test.unlimited", "NULL", "now()", BACKLOG);
        });
    // The connections that filled the table say what they have read before they are gone
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                store
                        .database
                        .dsl()
                        .fetchCount(
                            DSL.table("pg_stat_activity"),
                            DSL.condition(
                                "datname = current_database() AND backend_type = 'client backend'"
                                    + " AND pid <> pg_backend_pid()"))
                    <= 1);
    long before = pagesSoFar(-1);
    assertThat(store.limitedClaims.waitingTypes().due())
        .containsExactlyInAnyOrder("test.other", StoreFixture.TYPE);
    assertThat(pagesSoFar(before) - before).isLessThan(MAX_PAGES_OF_A_LOOK);
  }

  @Test
  void aDueJobIsFoundAmongManyKeysWhoseJobsAreDueLater() throws SQLException {
    store.limit(0, 1);
    insert(StoreFixture.TYPE, "'key ' || n", "now() + interval '1 day'", BACKLOG);
    insert(StoreFixture.TYPE, "'key 5'", "now()", 1);
    assertThat(store.limitedClaims.waitingTypes().due()).containsExactly(StoreFixture.TYPE);
    assertThat(store.claimLimited("w", 1)).hasSize(1);
    var unused = TouchedPages.of(connection, claim());
    assertThat(TouchedPages.of(connection, claim())).isLessThan(MAX_PAGES_PER_CLAIM);
  }

  /** The measure itself: without the index a claim reads the whole backlog. */
  @Test
  void aBadPlanIsNoticed() throws SQLException {
    store.limit(100, 0);
    fill("analyzed", () -> insert(StoreFixture.TYPE, "''", "now()", BACKLOG));
    var unused = TouchedPages.of(connection, claim());
    store.execute("DROP INDEX tenon.live_jobs_limited");
    assertThat(TouchedPages.of(connection, claim())).isGreaterThan(MAX_PAGES_PER_CLAIM);
  }

  private static String claim() {
    return "SELECT * FROM tenon.claim_limited('w', '"
        + StoreFixture.TYPE
        + "', 1, "
        + JOBS
        + ", 1000000, false)";
  }

  /** Plans that are made now are kept, unless something is analyzed later. */
  private void planOnceAndForAll() {
    insert(StoreFixture.TYPE, "'early'", "now()", 3 * JOBS);
    for (int i = 0; i < 3; i++) {
      try {
        var unused = TouchedPages.of(connection, claim());
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    store.execute("DELETE /* by the test */ FROM tenon.live_jobs");
    store.execute("DELETE FROM tenon.limited_runs");
  }

  private void fill(String statistics, Runnable inserts) {
    if (statistics.endsWith("while they were empty")) {
      store.onHotTables("VACUUM ANALYZE");
    }
    if (statistics.startsWith("planned")) {
      planOnceAndForAll();
    }
    inserts.run();
    if (statistics.equals("analyzed")) {
      store.onHotTables("ANALYZE");
    }
  }

  private void insert(String type, String key, String runAt, int count) {
    var unused = store.insertMany(type, 1, runAt, key, count);
  }

  /** How many pages of the jobs were touched so far, once that is more than before. */
  private long pagesSoFar(long before) {
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                ((Number)
                        store
                            .database
                            .dsl()
                            .fetchValue(
                                "SELECT heap_blks_read + heap_blks_hit + idx_blks_read +"
                                    + " idx_blks_hit FROM pg_statio_user_tables WHERE relname ="
                                    + " 'live_jobs'"))
                    .longValue(),
            pages -> pages > before);
  }
}
