package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.operate.StoredOperation.StoredCounts;
import dev.tenon.jobs.internal.store.StoreFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a bulk operation reads of the table depends on its own jobs, and not on the others, whatever
 * statistics PostgreSQL has.
 */
@Tag("thorough")
@Tag("servers")
class BulkPlanTest {

  private static final int OTHERS = 60_000;
  private static final int JOBS = 2_000;

  /**
   * A job is counted once, found once for its page, once to lock it and twice to change it, each
   * time in the tables that it may be in; and each change leaves a version in each index.
   */
  private static final int MAX_ROWS_PER_JOB = 40;

  private static final List<String> TABLES = List.of("live_jobs", "job_data", "ended_jobs");

  private StoreFixture store;
  private BulkStore bulk;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
    bulk = new BulkStore(store.database);
    for (String table : TABLES) {
      store.execute("ALTER TABLE tenon." + table + " SET (autovacuum_enabled = false)");
    }
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "analyzed while it was empty"})
  void eachKindOfOperationReadsItsOwnJobsOnly(String statistics) {
    if (statistics.equals("analyzed while it was empty")) {
      analyze();
    }
    insert(OTHERS, "queued", "somebody");
    insert(OTHERS, "failed", "somebody");
    insert(JOBS, "queued", "ops");
    if (statistics.equals("analyzed")) {
      analyze();
    }
    List<BulkChange> changes =
        List.of(
            new BulkChange.Reprioritize(JobPriority.HIGH),
            new BulkChange.Reschedule(Instant.now()),
            new BulkChange.Move("jobs.elsewhere"),
            new BulkChange.Cancel(),
            new BulkChange.Retry(),
            new BulkChange.Cancel(),
            new BulkChange.Delete());
    long done = 0;
    long before = awaitRead(0);
    for (BulkChange change : changes) {
      goThrough(change);
      done += JOBS;
      long after = awaitRead(done);
      assertThat(after - before)
          .as("rows that %s read beside %d others", change, 2 * OTHERS)
          .isLessThan((long) JOBS * MAX_ROWS_PER_JOB);
      before = after;
    }
  }

  private void goThrough(BulkChange change) {
    BulkRun run =
        bulk.begin(
            UUID.randomUUID(),
            change,
            bulk.matching(JobQuery.all().withSubmittedBy("ops")),
            Actor.of("ops", "a test"));
    for (Optional<BulkRun.Step> step = run.next(); step.isPresent(); step = run.next()) {
      // On to the next one
    }
    assertThat(bulk.end(run.operationId(), run.locked(), null).counts())
        .isEqualTo(new StoredCounts(JOBS, JOBS, 0, 0, 0));
  }

  private void insert(int count, String status, String submittedBy) {
    store.execute(
        "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes,"
            + " submitted_by, max_attempts, retention_seconds)"
            + " SELECT gen_random_uuid(), '%s', 'jobs.x', '%s', 1, '{}', 2, '%s', 3, 60"
                .formatted(StoreFixture.TYPE, status, submittedBy)
            + " FROM generate_series(1, "
            + count
            + ")");
  }

  private void analyze() {
    TABLES.forEach(table -> store.execute("ANALYZE tenon." + table));
  }

  /**
   * What was read of the tables and their indexes once PostgreSQL has published so many changes.
   */
  private long awaitRead(long changes) {
    String ofTables = " WHERE relname IN ('" + String.join("', '", TABLES) + "')";
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                store
                    .database
                    .dsl()
                    .fetchOne(
                        "SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables"
                            + ofTables
                            + ") + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes"
                            + ofTables
                            + "), sum(n_tup_upd + n_tup_del) FROM pg_stat_user_tables"
                            + " WHERE relname IN ('live_jobs', 'ended_jobs')"),
            row -> row.get(1, Long.class) >= changes)
        .get(0, Long.class);
  }
}
