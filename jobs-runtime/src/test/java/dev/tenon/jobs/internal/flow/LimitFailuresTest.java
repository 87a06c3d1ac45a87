package dev.tenon.jobs.internal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.HeartbeatStore;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.RescueStore;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How limits go wrong elsewhere. Each check runs twice: it passes with the function that claims
 * jobs, and it fails with a variant of that function which has the mistake.
 */
@Tag("servers")
class LimitFailuresTest {

  private static final String CLAIM = "claim_limited";
  private static final String LOCK = "FOR NO KEY UPDATE;\n    EXIT WHEN FOUND;";
  private static final String NO_LOCK = ";\n    EXIT WHEN FOUND;";

  /** Comes after what runs was counted, and before jobs are claimed. */
  private static final String AFTER_THE_COUNT = "IF v_free <= 0 OR v_cost_room <= 0 THEN";

  private StoreFixture store;

  @BeforeEach
  void start() {
    store = new StoreFixture();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  /** A check that fails with an assertion. */
  private interface Check {
    void run() throws Exception;
  }

  private static void isDetectedBy(Check check) {
    assertThatThrownBy(check::run).isInstanceOf(AssertionError.class);
  }

  @Test
  void noSlotLeaks() throws Exception {
    slotsComeBackHoweverJobsEnd();
    String runs = "FROM gone g WHERE g.limit_key IS NOT NULL";
    store.change("end_attempts", runs, runs + " AND g.becomes <> 'failed'");
    isDetectedBy(this::slotsComeBackHoweverJobsEnd);
  }

  private void slotsComeBackHoweverJobsEnd() {
    store.execute("CALL by_test.truncate_jobs()");
    store.limit(2, 2);
    store.submitLimited("a", 20);
    LeaderStore leaders = new LeaderStore(store.database);
    Leadership leadership = leaders.acquire("test", Duration.ofHours(1)).orElseThrow();
    WorkerStore workers = new WorkerStore(store.database);
    RescueStore rescues = new RescueStore(store.database);
    for (int round = 0; round < 7; round++) {
      workers.register("w", "here", 1, 10, Map.of());
      List<ClaimedJob> claimed = store.claimLimited("w", 10);
      assertThat(claimed).as("claimed in round %d", round).hasSize(2);
      assertThat(store.claimLimited("w", 10)).isEmpty();
      for (ClaimedJob job : claimed) {
        switch (round) {
          case 0 -> finish(new AttemptEnd.Completed(job.lease(), null, 1));
          case 1 -> finish(new AttemptEnd.Failed(job.lease(), failure(JobError.Reason.EXCEPTION)));
          case 2 ->
              finish(
                  new AttemptEnd.Retried(
                      job.lease(), failure(JobError.Reason.TIMED_OUT), Duration.ZERO));
          case 3 -> finish(new AttemptEnd.Snoozed(job.lease(), Duration.ofDays(1)));
          case 4 -> finish(new AttemptEnd.Released(job.lease()));
          case 5 -> {
            assertThat(
                    new ControlStore(store.database)
                        .requestCancel(
                            job.id(),
                            ChangeByHand.of("cancel job", job.id().toString(), Actor.of("ann"))))
                .isTrue();
            finish(new AttemptEnd.Cancelled(job.lease()));
          }
          default -> {
            // Both are taken from the worker below
          }
        }
      }
    }
    List<RescueStore.Silent> silent =
        new HeartbeatStore(store.database)
            .heartbeats(true).beats().stream()
                .map(beat -> new RescueStore.Silent(beat, true))
                .toList();
    assertThat(rescues.rescue(leadership, silent, 3, 100)).hasSize(2);
    assertThat(store.claimLimited("another", 10)).as("after the rescue").hasSize(2);
  }

  @Test
  void noSlotIsGivenTwice() throws Exception {
    aSlotIsGivenOnce();
    String runs = "FROM started s WHERE s.limit_key IS NOT NULL";
    store.change("start_attempts", runs, runs + " AND s.attempts = 1");
    isDetectedBy(this::aSlotIsGivenOnce);
  }

  private void aSlotIsGivenOnce() {
    store.execute("CALL by_test.truncate_jobs()");
    store.limit(1, 0);
    store.submitLimited("", 1);
    ClaimedJob first = store.claimLimited("w", 10).get(0);
    AttemptEnd end =
        new AttemptEnd.Retried(first.lease(), failure(JobError.Reason.EXCEPTION), Duration.ZERO);
    assertThat(store.outcomes.finish(List.of(end))).hasSize(1);
    assertThat(store.claimLimited("w", 10)).hasSize(1);
    store.submitLimited("", 10);
    // The first attempt ends once more, and the second one runs
    assertThat(store.outcomes.finish(List.of(end))).isEmpty();
    assertThat(store.claimLimited("w", 10)).as("beside the second attempt").isEmpty();
  }

  @Test
  void noLimitIsExceededByRacingClaims() throws Exception {
    waitLongerForTheType();
    racingClaimsKeepTheLimit();
    store.change(CLAIM, AFTER_THE_COUNT, "PERFORM pg_sleep(0.03);\n  " + AFTER_THE_COUNT);
    racingClaimsKeepTheLimit();
    // Now all of them count at the same time, and claim one after the other
    store.change(CLAIM, "pg_sleep(0.03)", "pg_sleep(1 + random())");
    store.change(CLAIM, LOCK, NO_LOCK);
    isDetectedBy(this::racingClaimsKeepTheLimit);
  }

  /** The last of many that race has to wait for the commits of all others. */
  private void waitLongerForTheType() {
    store.change(CLAIM, "SET lock_timeout TO '2s'", "SET lock_timeout TO '2min'");
  }

  private void racingClaimsKeepTheLimit() throws Exception {
    store.execute("CALL by_test.truncate_jobs()");
    store.limit(5, 3);
    store.submitLimited("a", 50);
    store.submitLimited("b", 50);
    List<ClaimedJob> claimed = new ArrayList<>();
    for (List<ClaimedJob> jobs : race(16, worker -> store.claimLimited(worker, 10))) {
      claimed.addAll(jobs);
    }
    claimed.addAll(store.claimLimited("w", 10));
    assertThat(claimed).hasSize(5);
    assertThat(running("limit_key = 'a'")).isLessThanOrEqualTo(3);
    assertThat(running("limit_key = 'b'")).isLessThanOrEqualTo(3);
  }

  @Test
  void noRateIsExceededByRacingClaims() throws Exception {
    waitLongerForTheType();
    racingClaimsKeepTheRate();
    store.change(CLAIM, AFTER_THE_COUNT, "PERFORM pg_sleep(0.03);\n  " + AFTER_THE_COUNT);
    // Now all of them count at the same time, and claim one after the other
    store.change(CLAIM, "pg_sleep(0.03)", "pg_sleep(1 + random())");
    store.change(CLAIM, LOCK, NO_LOCK);
    isDetectedBy(this::racingClaimsKeepTheRate);
  }

  private void racingClaimsKeepTheRate() throws Exception {
    store.execute("CALL by_test.truncate_jobs(); TRUNCATE tenon.job_types, tenon.limited_starts");
    store.limit(0, "2/60", 0, "");
    store.submitLimited("", 50);
    var unused = race(16, worker -> store.claimLimited(worker, 10));
    assertThat(running("true")).isEqualTo(2);
  }

  @Test
  void noJobOverALimitBlocksThoseBehindIt() throws Exception {
    fullKeysAreSkipped();
    store.change(
        CLAIM,
        "waiting_keys(p_name, v_type.last_key, least(1000, v_max_keys))",
        "waiting_keys(p_name, '', 1)");
    isDetectedBy(this::fullKeysAreSkipped);
  }

  private void fullKeysAreSkipped() {
    store.execute("CALL by_test.truncate_jobs(); TRUNCATE tenon.job_types");
    store.limit(0, 1);
    store.submitLimited("a", 500);
    assertThat(store.claimLimited("w", 10)).hasSize(1);
    store.submit(StoreFixture.limitedJob("b", JobPriority.LOW, null));
    assertThat(store.claimLimited("w", 10)).hasSize(1);
    assertThat(running("limit_key = 'b'")).isEqualTo(1);
  }

  @Test
  void aLockedJobDoesNotHoldUpTheOthersOfItsKey() throws Exception {
    store.limit(0, 1);
    store.submitLimited("a", 3);
    List<ClaimedJob> first = store.claimLimited("w", 1);
    try (Connection other = store.postgres.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      finish(new AttemptEnd.Completed(first.get(0).lease(), null, 1));
      boolean unused =
          statement.execute(
              "SELECT FROM tenon.live_jobs WHERE status = 'pending' ORDER BY run_at, id LIMIT 1 FOR"
                  + " UPDATE");
      List<ClaimedJob> second = store.claimLimited("w", 10);
      assertThat(second).as("the key may run one").hasSize(1);
      finish(new AttemptEnd.Completed(second.get(0).lease(), null, 1));
      assertThat(store.claimLimited("w", 10)).isEmpty();
      other.rollback();
    }
    assertThat(store.claimLimited("w", 10)).hasSize(1);
  }

  /** Wherever the free key is, and whichever key was served last. */
  @Test
  void manyFullKeysAreSkippedByOneClaim() throws Exception {
    manyFullKeysDoNotHideAFreeOne();
    // The row that says that no key is left was taken for a key
    store.change("waiting_keys", "count(k.limit_key)", "count(*)");
    isDetectedBy(this::manyFullKeysDoNotHideAFreeOne);
  }

  private void manyFullKeysDoNotHideAFreeOne() {
    store.execute("CALL by_test.truncate_jobs(); TRUNCATE tenon.job_types");
    store.limit(0, 1);
    fillKeys(60);
    for (String free : List.of("a", "full 3a", "z")) {
      for (String last : List.of("", "a", "full 20", "full 35", "full 45", "full 60", "z", "zz")) {
        store.submitLimited(free, 1);
        store.execute("UPDATE tenon.job_types SET last_key = ?", last);
        List<ClaimedJob> claimed = store.claimLimited("w", 1);
        assertThat(claimed).as("key %s after %s", free, last).hasSize(1);
        finish(new AttemptEnd.Completed(claimed.get(0).lease(), null, 1));
      }
    }
  }

  /**
   * There are more than one claim looks at, and a part of what the jobs may cost together is used.
   */
  @Test
  void thousandsOfFullKeysDoNotHideAFreeOneForever() throws Exception {
    severalClaimsFindTheFreeKey();
    store.change(CLAIM, "v_picked IS NOT NULL AND least(", "least(");
    isDetectedBy(this::severalClaimsFindTheFreeKey);
  }

  private void severalClaimsFindTheFreeKey() {
    store.execute("CALL by_test.truncate_jobs(); TRUNCATE tenon.job_types, tenon.limited_starts");
    store.limit(0, "100:tokens/3600", 1, "");
    store.submitLimited("a", 1);
    assertThat(store.claimLimited("w", 1)).hasSize(1);
    fillKeys(3000);
    store.submitLimited("z", 1);
    int found = 0;
    for (int claims = 0; claims < 5; claims++) {
      found += store.claimLimited("w", 1).size();
    }
    assertThat(found).isEqualTo(1);
  }

  /** Each of these keys has a job that runs and one that waits. */
  private void fillKeys(int count) {
    store.execute(
        "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority,"
            + " payload, payload_bytes, submitted_by, max_attempts, retention_seconds, limit_key,"
            + " worker_id, started_at) SELECT gen_random_uuid(), '"
            + StoreFixture.TYPE
            + "', 'jobs.x', s.status, 1, '{}', 2, 'tester', 3, 60, 'full ' || n, s.worker,"
            + " s.started FROM generate_series(1, "
            + count
            + ") AS n, (VALUES ('pending', NULL,"
            + " NULL::timestamptz), ('running', 'x', now())) AS s (status, worker, started)");
  }

  @Test
  void noTenantStarvesOthers() throws Exception {
    eachKeyHasItsTurn();
    store.change(
        CLAIM,
        "row_number() OVER by_urgency + a.used AS round",
        "row_number() OVER (ORDER BY c.urgency, c.id) AS round");
    store.change(
        CLAIM,
        "CASE WHEN v_key_jobs = v_turn THEN 0 ELSE (c.round - 1) / c.weight END, c.turn, c.round",
        "c.round");
    isDetectedBy(this::eachKeyHasItsTurn);
  }

  private void eachKeyHasItsTurn() {
    store.execute("CALL by_test.truncate_jobs(); TRUNCATE tenon.job_types");
    store.limit(1, 0);
    store.submitLimited("large", 1000);
    store.submitLimited("small", 1);
    store.submitLimited("tiny", 1);
    List<String> served = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ClaimedJob job = store.claimLimited("w", 1).get(0);
      served.add(
          String.valueOf(
              store
                  .database
                  .dsl()
                  .fetchValue(
                      "SELECT limit_key FROM tenon.jobs WHERE id = {0}", DSL.val(job.id()))));
      finish(new AttemptEnd.Completed(job.lease(), null, 1));
    }
    assertThat(served).containsExactlyInAnyOrder("large", "small", "tiny");
  }

  @Tag("thorough")
  @Test
  void noTwoRulesOnOneJobDeadlock() throws Exception {
    waitLongerForTheType();
    severalRulesGoTogether();
    // Without the lock of the type, claims would lock the rows of keys, each in an order of its own
    store.change(CLAIM, LOCK, NO_LOCK);
    store.change(
        CLAIM,
        AFTER_THE_COUNT,
        """
        DECLARE
          v_key text;
        BEGIN
          FOR v_key IN SELECT l.limit_key FROM limited_starts l WHERE l.type = v_type.type AND l.of_key ORDER BY random() LOOP
            PERFORM FROM limited_starts l WHERE l.type = v_type.type AND l.limit_key = v_key FOR UPDATE;
            PERFORM pg_sleep(0.01);
          END LOOP;
        END;
        """
            + AFTER_THE_COUNT);
    isDetectedBy(this::severalRulesGoTogether);
  }

  private void severalRulesGoTogether() throws Exception {
    store.execute("CALL by_test.truncate_jobs(); TRUNCATE tenon.job_types, tenon.limited_starts");
    store.limit(20, "60000/60", 3, "30000/60");
    for (int key = 0; key < 10; key++) {
      store.submitLimited("key " + key, 30);
    }
    long begin = System.nanoTime();
    var unused =
        race(
            8,
            worker -> {
              int empty = 0;
              while (running("status <> 'completed'", "true") > 0) {
                List<ClaimedJob> jobs = store.claimLimited(worker, 7);
                if (!jobs.isEmpty()) {
                  var ended =
                      store.outcomes.finish(
                          jobs.stream()
                              .<AttemptEnd>map(
                                  job -> new AttemptEnd.Completed(job.lease(), null, 1))
                              .toList());
                  assertThat(ended).hasSameSizeAs(jobs);
                }
                empty = jobs.isEmpty() ? empty + 1 : 0;
                assertThat(empty).as("claims in a row that claimed nothing").isLessThan(5_000);
              }
              return List.of();
            });
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMinutes(2));
  }

  /**
   * A job may end between the moment that a claim looks at the clock and the moment that it counts:
   * it must not say that both ran at the same time.
   */
  @Tag("thorough")
  @Test
  void whatStartsStartsAfterTheEndOfWhatMadeRoomForIt() throws Exception {
    String begin = "IF v_max_concurrent > 0 THEN";
    store.change(CLAIM, begin, "PERFORM pg_sleep(3);\n  " + begin);
    startsFollowEnds();
    store.change(CLAIM, "v_now := clock_timestamp();\n  RETURN QUERY", "RETURN QUERY");
    isDetectedBy(this::startsFollowEnds);
  }

  private void startsFollowEnds() throws Exception {
    store.execute("CALL by_test.truncate_jobs()");
    store.limit(1, 0);
    store.submitLimited("", 2);
    Lease first = store.claimLimited("w", 1).get(0).lease();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<List<ClaimedJob>> claim = thread.submit(() -> store.claimLimited("w", 1));
      // It has looked at the clock before it sleeps
      await().atMost(Duration.ofMinutes(1)).until(() -> claim.isDone() || someoneSleeps());
      finish(new AttemptEnd.Completed(first, null, 1));
      List<ClaimedJob> second = claim.get();
      if (second.isEmpty()) {
        second = store.claimLimited("w", 1);
      }
      finish(new AttemptEnd.Completed(second.get(0).lease(), null, 1));
    } finally {
      thread.shutdown();
    }
    assertThat(
            store
                .database
                .dsl()
                .fetchValue(
                    "SELECT count(*) FROM tenon.job_attempts a JOIN tenon.job_attempts b ON"
                        + " a.job_id <> b.job_id AND b.started_at >= a.started_at AND b.started_at"
                        + " < a.finished_at"))
        .as("attempts that overlap")
        .isEqualTo(0L);
  }

  private boolean someoneSleeps() {
    return store
        .database
        .dsl()
        .fetchExists(
            DSL.table("pg_stat_activity"),
            DSL.condition("datname = current_database() AND wait_event = 'PgSleep'"));
  }

  /** A transaction that locks the row of a type, and stays open. */
  @Test
  void aLockedTypeIsWaitedForForALimitedTime() throws Exception {
    store.limit(1, 0);
    store.submitLimited("", 1);
    try (Connection other = store.postgres.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT FROM tenon.job_types FOR UPDATE");
      assertThatThrownBy(() -> store.claimLimited("w", 1))
          .isInstanceOf(StoreUnavailableException.class)
          .extracting(failure -> ((StoreException) failure).sqlState())
          .isEqualTo("55P03");
    }
    assertThat(store.claimLimited("w", 1)).hasSize(1);
  }

  /** What runs would be counted as of the begin of the transaction. */
  @Test
  void aTransactionThatIsNotReadCommittedClaimsNothing() throws Exception {
    store.limit(1, 0);
    store.submitLimited("", 2);
    try (Connection other = store.postgres.connect();
        Statement statement = other.createStatement()) {
      other.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "SELECT FROM tenon.claim_limited('w', '"
                          + StoreFixture.TYPE
                          + "', 1, 10, 1000, false)"))
          .hasMessageContaining(
              "The transaction is repeatable read; jobs of types with limits are only claimed in"
                  + " transactions that are read committed. Begin it with ISOLATION LEVEL READ"
                  + " COMMITTED.");
    }
  }

  /** What one of several threads does that begin at the same time. */
  private interface Racer {
    List<ClaimedJob> run(String worker);
  }

  private static List<List<ClaimedJob>> race(int threads, Racer racer) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier begin = new CyclicBarrier(threads);
      List<Callable<List<ClaimedJob>>> racers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        String worker = "w" + i;
        racers.add(
            () -> {
              begin.await();
              return racer.run(worker);
            });
      }
      List<List<ClaimedJob>> results = new ArrayList<>();
      for (Future<List<ClaimedJob>> result : executor.invokeAll(racers)) {
        try {
          results.add(result.get());
        } catch (java.util.concurrent.ExecutionException e) {
          throw new AssertionError(e.getCause());
        }
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }

  private long running(String condition) {
    return running("status = 'running'", condition);
  }

  private long running(String status, String condition) {
    return (Long)
        store
            .database
            .dsl()
            .fetchValue("SELECT count(*) FROM tenon.jobs WHERE " + status + " AND " + condition);
  }

  private void finish(AttemptEnd end) {
    assertThat(store.outcomes.finish(List.of(end))).isEqualTo(Set.of(end.lease().jobId()));
  }

  private static AttemptFailure failure(JobError.Reason reason) {
    return new AttemptFailure(reason, "Failed", "failed", "at", "f");
  }

  @Test
  void aLockedJobOfOneKeyHoldsUpNoOtherKey() throws Exception {
    store.limit(1, 0);
    for (String key : List.of("a", "b", "c")) {
      store.submitLimited(key, 1);
    }
    try (Connection other = store.postgres.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT 1 FROM tenon.live_jobs WHERE limit_key = 'a' FOR UPDATE");
      int claimed = 0;
      for (int i = 0; i < 5 && claimed == 0; i++) {
        claimed = store.claimLimited("w", 1).size();
      }
      assertThat(claimed).as("jobs of other keys").isEqualTo(1);
      other.rollback();
    }
  }

  @Test
  void aThousandKeysWithoutDueJobsHoldUpNoOtherKey() {
    store.limit(1, 0);
    store.submitLimited("due", 1);
    List<NewJob> later = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      later.add(StoreFixture.limitedJob("a" + i, JobPriority.NORMAL, Duration.ofHours(1)));
    }
    new SubmitStore(store.database).insert(later);
    int claimed = 0;
    for (int i = 0; i < 5 && claimed == 0; i++) {
      claimed = store.claimLimited("w", 1).size();
    }
    assertThat(claimed).as("jobs that are due").isEqualTo(1);
  }
}
