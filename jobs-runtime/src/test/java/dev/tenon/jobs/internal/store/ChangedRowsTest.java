package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.pointer.JobPointer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The functions of the database change rows at the places where they have found them. Another
 * transaction may change such a row, and thereby move it, after the statement that looks for it has
 * begun: the row is changed all the same, and nothing is left out.
 */
@Tag("servers")
class ChangedRowsTest {

  private static final long GATE = 57;

  /** Waits until the gate is open; the statement has begun by then. */
  private static final String WAITS = "OFFSET (SELECT count(pg_advisory_xact_lock_shared(57)) - 1)";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private StoreFixture store;
  private Connection other;
  private List<UUID> ids;
  private UUID middle;

  @BeforeEach
  void start() throws SQLException {
    store = new StoreFixture();
    other = store.postgres.connect();
    ids = store.submit(3);
    middle = ids.get(1);
  }

  @AfterEach
  void stop() throws SQLException {
    threads.shutdownNow();
    other.close();
    store.close();
  }

  @Test
  void outcomesOfAJobThatSomebodyIsChanging() throws Exception {
    List<AttemptEnd> ends =
        store.claim("w", ids).stream()
            .<AttemptEnd>map(lease -> new AttemptEnd.Completed(lease, null, 1))
            .toList();
    other.setAutoCommit(false);
    change();
    CompletableFuture<Integer> finishing = start(() -> store.outcomes.finish(ends).size());
    awaitWaiting();
    other.commit();
    assertThat(finishing.get(20, TimeUnit.SECONDS)).isEqualTo(3);
    allAre(JobStatus.COMPLETED);
  }

  @Test
  void outcomesOfJobsThatAreAttemptedAgain() throws Exception {
    List<AttemptEnd> ends =
        store.claim("w", ids).stream()
            .<AttemptEnd>map(lease -> new AttemptEnd.Snoozed(lease, Duration.ofHours(1)))
            .toList();
    other.setAutoCommit(false);
    change();
    CompletableFuture<Integer> finishing = start(() -> store.outcomes.finish(ends).size());
    awaitWaiting();
    other.commit();
    assertThat(finishing.get(20, TimeUnit.SECONDS)).isEqualTo(3);
    allAre(JobStatus.PENDING);
    assertThat(store.reads.attempts(middle)).hasSize(1);
  }

  @Test
  void confirmations() throws Exception {
    List<JobPointer> pointers = store.publishes.pendingAmong(ids);
    waitsInside("mark_queued", "ORDER BY given.id) AS p", "ORDER BY given.id " + WAITS + ") AS p");
    changedMeanwhile(
        () -> {
          store.publishes.markQueued(StoreFixture.eachAlone(pointers));
          return 3;
        });
    allAre(JobStatus.QUEUED);
  }

  /** A submit clears it, maybe in a transaction of its caller that stays open. */
  @Test
  void noClaimWaitsForAKeyThatSomebodyClears() throws Exception {
    execute(
        "UPDATE /* by the test */ by_test.jobs SET unique_key = 'key', unique_scope ="
            + " 'until_started', unique_until = now() - interval '1 second', started_at = now() -"
            + " interval '1 hour' WHERE id = '"
            + middle
            + "'");
    other.setAutoCommit(false);
    execute("SELECT tenon.clear_unique_keys('{key}', ARRAY['" + middle + "'::uuid])");
    assertThat(CompletableFuture.supplyAsync(this::claimDue, threads).get(20, TimeUnit.SECONDS))
        .containsExactlyInAnyOrder(ids.get(0), ids.get(2));
    other.commit();
    assertThat(claimDue()).containsExactly(middle);
  }

  private List<UUID> claimDue() {
    return store.claims.claimDue("w", StoreFixture.KNOWN, 10, Long.MAX_VALUE).stream()
        .map(ClaimedJob::id)
        .toList();
  }

  /** The test itself: why there are two statements. */
  @Test
  void aSingleStatementLeavesOutWhatItHasWaitedFor() throws Exception {
    List<JobPointer> pointers = store.publishes.pendingAmong(ids);
    execute(
        """
        CREATE OR REPLACE FUNCTION tenon.mark_queued(
          p_ids uuid[], p_leases bigint[], p_message_ids uuid[], p_status text)
        RETURNS void LANGUAGE plpgsql SET search_path = tenon AS $$
        BEGIN
          UPDATE live_jobs j SET status = 'queued'
          FROM (
            SELECT one.place
            FROM (SELECT g.id FROM unnest(p_ids) AS g (id) ORDER BY g.id %s) AS p, LATERAL (
              SELECT j.ctid AS place FROM live_jobs j WHERE j.id = p.id FOR NO KEY UPDATE SKIP LOCKED) AS one) AS u
          WHERE j.ctid = u.place;
        END
        $$
        """
            .formatted(WAITS));
    changedMeanwhile(
        () -> {
          store.publishes.markQueued(StoreFixture.eachAlone(pointers));
          return 3;
        });
    assertThat(store.reads.find(middle).orElseThrow().status()).isEqualTo(JobStatus.PENDING);
    assertThat(store.reads.find(ids.get(0)).orElseThrow().status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void claimsByPointers() throws Exception {
    waitsInside(
        "lock_pointed",
        "FROM unnest(v_ids) AS pointed (id), LATERAL (\n        SELECT\n",
        "FROM (SELECT * FROM unnest(v_ids) "
            + WAITS
            + ") AS pointed (id), LATERAL (\n        SELECT\n");
    changedMeanwhile(() -> store.claim("w", ids).size());
    allAre(JobStatus.RUNNING);
  }

  @Test
  void claimsFromTheTable() throws Exception {
    waitsInside(
        "claim_due",
        "FROM unnest(v_due) AS due (id)",
        "FROM (SELECT * FROM unnest(v_due) " + WAITS + ") AS due (id)");
    changedMeanwhile(
        () -> store.claims.claimDue("w", StoreFixture.KNOWN, 3, Long.MAX_VALUE).size());
    allAre(JobStatus.RUNNING);
  }

  @Test
  void claimsUnderLimits() throws Exception {
    store.limit(10, 0);
    store.execute("UPDATE by_test.jobs SET limit_key = 'key'");
    waitsInside(
        "claim_limited",
        "FROM unnest(v_picked, v_picked_keys, v_picked_costs) AS p (id, limit_key, cost), LATERAL (\n"
            + "      SELECT j.id",
        "FROM (SELECT * FROM unnest(v_picked, v_picked_keys, v_picked_costs) "
            + WAITS
            + ") AS p (id, limit_key, cost), LATERAL (\n      SELECT j.id");
    changedMeanwhile(() -> store.claimLimited("w", 3).size());
    allAre(JobStatus.RUNNING);
  }

  @Test
  void progress() throws Exception {
    List<ProgressReport> reports =
        store.claim("w", ids).stream().map(lease -> new ProgressReport(lease, 70, null)).toList();
    waitsInside(
        "report_progress", "ORDER BY given.id) AS r", "ORDER BY given.id " + WAITS + ") AS r");
    changedMeanwhile(
        () -> {
          store.reports.progress(reports);
          return 3;
        });
    assertThat(ids).allMatch(id -> store.reads.find(id).orElseThrow().progress() == 70);
  }

  private void waitsInside(String function, String piece, String replacement) {
    store.change(function, piece, replacement);
  }

  /** Changes a row after the statement has begun, and before it gets there. */
  private void changedMeanwhile(java.util.function.Supplier<Integer> statement) throws Exception {
    execute("SELECT pg_advisory_lock(" + GATE + ")");
    CompletableFuture<Integer> running = start(statement);
    awaitWaiting();
    change();
    execute("SELECT pg_advisory_unlock(" + GATE + ")");
    assertThat(running.get(20, TimeUnit.SECONDS)).isEqualTo(3);
  }

  private CompletableFuture<Integer> start(java.util.function.Supplier<Integer> statement) {
    return CompletableFuture.supplyAsync(statement, threads);
  }

  private void change() throws SQLException {
    execute("UPDATE tenon.live_jobs SET progress = 1 WHERE id = '" + middle + "'");
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = other.createStatement()) {
      boolean unused = statement.execute(sql);
    }
  }

  private void allAre(JobStatus status) {
    assertThat(ids)
        .allSatisfy(
            id -> assertThat(store.reads.find(id).orElseThrow().status()).isEqualTo(status));
  }

  private void awaitWaiting() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                store
                        .database
                        .dsl()
                        .fetchOne(
                            "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                                + " current_database() AND wait_event_type = 'Lock'")
                        .get(0, Integer.class)
                    == 1);
  }
}
