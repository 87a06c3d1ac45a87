package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.operate.StoredOperation.StoredCounts;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.operate.JobOperation;
import dev.tenon.jobs.operate.JobOperation.Counts;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a bulk operation goes through its jobs beside others that change them. */
@Tag("servers")
class BulkRunTest {

  private static final JobQuery QUERY = JobQuery.all().withType(StoreFixture.TYPE);

  private final StoreFixture store = StoreFixture.withPool();
  private final BulkStore bulk = new BulkStore(store.database);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
    store.close();
  }

  private BulkRun begin(BulkChange change, JobQuery query) {
    return bulk.begin(UUID.randomUUID(), change, bulk.matching(query), Actor.of("ops", "a test"));
  }

  private JobOperation goThrough(BulkRun run) {
    for (Optional<BulkRun.Step> step = run.next(); step.isPresent(); step = run.next()) {
      // On to the next one
    }
    return bulk.end(run.operationId(), run.locked(), null);
  }

  private long count(JobStatus status) {
    return store.reads.count(QUERY.withStatus(status));
  }

  private static void lock(Connection connection, String rows) throws Exception {
    connection.setAutoCommit(false);
    for (String table : List.of("live_jobs", "ended_jobs")) {
      try (var select =
          connection.prepareStatement(
              "SELECT FROM tenon." + table + " WHERE " + rows + " FOR UPDATE")) {
        boolean unused = select.execute();
      }
    }
  }

  private static String is(UUID id) {
    return "id = '" + id + "'";
  }

  @Test
  void twoOperatorsCountEachCancelledJobOnce() throws Exception {
    List<UUID> ids = store.submit(5_000);
    store.claim("w", ids.subList(1_000, 1_500));
    List<Counts> counts = twoOperators(new BulkChange.Cancel());
    assertThat(counts.stream().mapToLong(Counts::changed).sum()).isEqualTo(4_500);
    assertThat(counts.stream().mapToLong(Counts::askedToStop).sum()).isEqualTo(500);
    // What the other one had for longer than this one could wait is locked, and changed all the
    // same
    assertThat(counts)
        .allMatch(
            each -> each.changed() + each.askedToStop() + each.skipped() + each.locked() == 5_000);
    assertThat(count(JobStatus.CANCELLED)).isEqualTo(4_500);
    assertThat(count(JobStatus.RUNNING)).isEqualTo(500);
  }

  @Test
  void twoOperatorsCountEachDeletedJobOnce() throws Exception {
    store.submit(5_000);
    store.execute("UPDATE /* by the test */ by_test.jobs SET status = 'completed'");
    List<Counts> counts = twoOperators(new BulkChange.Delete());
    assertThat(counts.stream().mapToLong(Counts::changed).sum()).isEqualTo(5_000);
    assertThat(store.reads.count(QUERY)).isZero();
  }

  private List<Counts> twoOperators(BulkChange change) throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    List<CompletableFuture<JobOperation>> operators = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      operators.add(
          CompletableFuture.supplyAsync(
              () -> {
                BulkRun run = begin(change, QUERY);
                try {
                  start.await();
                } catch (InterruptedException | BrokenBarrierException e) {
                  throw new IllegalStateException(e);
                }
                return goThrough(run);
              },
              threads));
    }
    List<Counts> counts = new ArrayList<>();
    for (CompletableFuture<JobOperation> operator : operators) {
      counts.add(operator.get(60, TimeUnit.SECONDS).counts());
    }
    assertThat(counts).allMatch(each -> each.matched() == 5_000);
    return counts;
  }

  @Test
  void rowsThatOthersHoldAreDoneOnceTheyAreFree() throws Exception {
    List<UUID> ids = store.submit(1_200);
    BulkRun run = begin(new BulkChange.Cancel(), QUERY.withStatus(JobStatus.PENDING));
    try (Connection other = store.postgres.connect()) {
      lock(other, is(ids.get(7)));
      BulkRun.Step unused = run.next().orElseThrow();
      assertThat(bulk.find(run.operationId()).orElseThrow().counts().changed()).isEqualTo(499);
      other.rollback();
    }
    assertThat(goThrough(run).counts()).isEqualTo(new StoredCounts(1_200, 1_200, 0, 0, 0));
  }

  @Test
  void rowsThatOthersHoldToTheEndAreCountedAndHoldUpNobody() throws Exception {
    List<UUID> ids = store.submit(600);
    BulkRun run = begin(new BulkChange.Cancel(), QUERY);
    try (Connection other = store.postgres.connect()) {
      lock(other, is(ids.get(0)) + " OR " + is(ids.get(1)));
      assertThat(goThrough(run).counts()).isEqualTo(new StoredCounts(600, 598, 0, 0, 2));
      // Neither of its waits has kept another row locked
      other.rollback();
    }
    assertThat(count(JobStatus.PENDING)).isEqualTo(2);
  }

  @Tag("thorough")
  @Test
  void manyRowsThatOthersHoldAreWaitedForTenSecondsAltogether() throws Exception {
    store.submit(600);
    BulkRun run = begin(new BulkChange.Delete(), QUERY);
    store.execute("UPDATE /* by the test */ by_test.jobs SET status = 'completed'");
    long begin = System.nanoTime();
    try (Connection other = store.postgres.connect()) {
      lock(other, "true");
      assertThat(goThrough(run).counts()).isEqualTo(new StoredCounts(600, 0, 0, 0, 600));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(40));
  }

  @Test
  void aJobThatIsGoneWhenItIsFreeIsSkipped() throws Exception {
    List<UUID> ids = store.submit(3);
    BulkRun run = begin(new BulkChange.Cancel(), QUERY.withStatus(JobStatus.PENDING));
    try (Connection other = store.postgres.connect()) {
      lock(other, is(ids.get(1)));
      BulkRun.Step unused = run.next().orElseThrow();
      try (var delete =
          other.prepareStatement(
              "DELETE /* by the test */ FROM by_test.jobs WHERE " + is(ids.get(1)))) {
        delete.executeUpdate();
      }
      other.commit();
    }
    assertThat(goThrough(run).counts()).isEqualTo(new StoredCounts(3, 2, 0, 1, 0));
  }

  /** It is in another table from then on. */
  @Test
  void aJobThatEndsWhileItIsWaitedForIsNotGone() throws Exception {
    List<UUID> ids = store.submit(3);
    store.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'completed' WHERE NOT "
            + is(ids.get(1)));
    BulkRun run = begin(new BulkChange.Delete(), QUERY);
    try (Connection other = store.postgres.connect()) {
      lock(other, is(ids.get(1)));
      CompletableFuture<JobOperation> deleted =
          CompletableFuture.supplyAsync(() -> goThrough(run), threads);
      await().atMost(Duration.ofMinutes(1)).until(this::somebodyWaits);
      try (var update =
          other.prepareStatement(
              "UPDATE /* by the test */ by_test.jobs SET status = 'completed' WHERE "
                  + is(ids.get(1)))) {
        update.executeUpdate();
      }
      other.commit();
      assertThat(deleted.get(60, TimeUnit.SECONDS).counts())
          .isEqualTo(new StoredCounts(3, 3, 0, 0, 0));
    }
    assertThat(store.reads.count(QUERY)).isZero();
  }

  private boolean somebodyWaits() {
    return (Boolean)
        store
            .database
            .control()
            .fetchValue(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND wait_event_type = 'Lock')");
  }

  @Test
  void aJobWhoseStatusIsNoLongerTheRequestedOneIsSkipped() throws Exception {
    List<UUID> ids = store.submit(3);
    store.execute("UPDATE /* by the test */ by_test.jobs SET status = 'failed'");
    BulkRun run = begin(new BulkChange.Retry(), QUERY.withStatus(JobStatus.FAILED));
    try (Connection other = store.postgres.connect()) {
      lock(other, is(ids.get(1)));
      BulkRun.Step unused = run.next().orElseThrow();
      try (var update =
          other.prepareStatement(
              "UPDATE /* by the test */ by_test.jobs SET status = 'cancelled' WHERE "
                  + is(ids.get(1)))) {
        update.executeUpdate();
      }
      other.commit();
    }
    assertThat(goThrough(run).counts()).isEqualTo(new StoredCounts(3, 2, 0, 1, 0));
    assertThat(count(JobStatus.CANCELLED)).isOne();
  }

  @Test
  void jobsThatAreSubmittedLaterAreLeftAlone() {
    store.submit(store("a"), store("b"));
    BulkRun run = begin(new BulkChange.Cancel(), QUERY);
    store.execute(
        "INSERT /* by the test */ INTO by_test.jobs SELECT (j).* FROM (SELECT json_populate_record(j, json_build_object("
            + "'id', 'ffffffff-ffff-7fff-bfff-ffffffffffff')) AS j FROM by_test.jobs j LIMIT 1) AS copy");
    assertThat(goThrough(run).counts()).isEqualTo(new StoredCounts(2, 2, 0, 0, 0));
    assertThat(count(JobStatus.PENDING)).isOne();
  }

  private static NewJob store(String name) {
    return StoreFixture.job(StoreFixture.TYPE, 1, "{\"name\":\"" + name + "\"}");
  }

  /** Running jobs hear of it first, and count once. */
  @Test
  void runningJobsComeFirstWhereverTheyAre() {
    List<UUID> ids = store.submit(3_000);
    List<UUID> running = ids.subList(2_900, 2_910);
    store.claim("w", running);
    BulkRun run = begin(new BulkChange.Cancel(), QUERY);
    assertThat(run.next().orElseThrow().askedToStop()).containsExactlyElementsOf(running);
    Counts counts = goThrough(run).counts();
    assertThat(counts).isEqualTo(new StoredCounts(3_000, 2_990, 10, 0, 0));
    assertThat(counts.changed())
        .as("those that were cancelled")
        .isEqualTo(count(JobStatus.CANCELLED));
  }

  /** Ids carry the clocks of their submitters. */
  @Test
  void aJobThatIsSubmittedLaterStaysAsItIsWhateverItsIdSays() {
    store.submit(10);
    BulkRun run = begin(new BulkChange.Cancel(), QUERY);
    store.execute(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by, max_attempts,
          retention_seconds)
        SELECT '00000000-0000-7000-8000-000000000001', type, routing_key, status, priority, payload, payload_bytes,
          submitted_by, max_attempts, retention_seconds
        FROM by_test.jobs LIMIT 1
        """);
    assertThat(goThrough(run).counts()).isEqualTo(new StoredCounts(10, 10, 0, 0, 0));
    assertThat(count(JobStatus.PENDING)).isEqualTo(1);
  }

  /** The process may die between any two statements: then the record is as the table is. */
  @Test
  void theCountsAreThoseOfTheTableWheneverTheConnectionIsLost() {
    for (int killedAt = 1; killedAt <= 6; killedAt++) {
      store.execute("CALL by_test.truncate_jobs()");
      store.submit(1_500);
      BulkRun run = begin(new BulkChange.Cancel(), QUERY);
      // Fails in the transaction, after so many rows have been changed in it
      store.execute("DROP SEQUENCE IF EXISTS public.changes");
      store.execute("CREATE SEQUENCE public.changes");
      store.execute(
          "CREATE OR REPLACE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              + " IF nextval('public.changes') >= "
              + (killedAt * 290)
              + " THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN OLD; END $$");
      store.execute(
          "CREATE OR REPLACE TRIGGER die BEFORE DELETE ON tenon.live_jobs FOR EACH ROW EXECUTE FUNCTION public.die()");
      if (killedAt < 6) {
        assertThatThrownBy(() -> goThrough(run)).isInstanceOf(StoreUnavailableException.class);
      } else {
        goThrough(run);
      }
      store.execute("DROP TRIGGER die ON tenon.live_jobs");
      long cancelled = count(JobStatus.CANCELLED);
      assertThat(cancelled).isEqualTo(killedAt * 290L / 500 * 500);
      Counts counts = bulk.find(run.operationId()).orElseThrow().counts();
      assertThat(counts).isEqualTo(new StoredCounts(1_500, cancelled, 0, 0, 0));
      // Whoever starts it again does the rest
      assertThat(goThrough(begin(new BulkChange.Cancel(), QUERY)).counts())
          .isEqualTo(new StoredCounts(1_500, 1_500 - cancelled, 0, cancelled, 0));
    }
  }

  /** Claims, outcomes and confirmations beside two bulk operations: each change is counted once. */
  @Test
  void nothingIsCountedTwiceWhileWorkersRun() throws Exception {
    List<UUID> ids = store.submit(2_000);
    CompletableFuture<Long> failures =
        CompletableFuture.supplyAsync(
            () -> {
              long failed = 0;
              for (int round = 0; round < 40; round++) {
                Set<UUID> some = new HashSet<>();
                for (int i = 0; i < 100; i++) {
                  some.add(ids.get((round * 37 + i * 19) % ids.size()));
                }
                List<AttemptEnd> ends = new ArrayList<>();
                for (Lease lease : store.claim("w", some)) {
                  ends.add(
                      new AttemptEnd.Failed(
                          lease,
                          new AttemptFailure(
                              dev.tenon.jobs.JobError.Reason.EXCEPTION, "E", "m", "s", "f")));
                }
                failed += ends.isEmpty() ? 0 : store.outcomes.finish(ends).size();
              }
              return failed;
            },
            threads);
    long retried = 0;
    while (!failures.isDone()) {
      retried += goThrough(begin(new BulkChange.Retry(), QUERY)).counts().changed();
    }
    retried += goThrough(begin(new BulkChange.Retry(), QUERY)).counts().changed();
    assertThat(retried).isEqualTo(failures.get(60, TimeUnit.SECONDS));
    assertThat(count(JobStatus.FAILED)).isZero();
  }

  @Test
  void anOperationWithoutJobsLeavesARecord() {
    BulkRun run = begin(new BulkChange.Reschedule(Instant.now()), QUERY);
    assertThat(run.next()).isEmpty();
    JobOperation operation = bulk.end(run.operationId(), 0, null);
    assertThat(operation.counts()).isEqualTo(new StoredCounts(0, 0, 0, 0, 0));
    assertThat(operation.isEnded()).isTrue();
  }
}
