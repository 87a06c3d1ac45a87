package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.operate.RetentionStore;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.sql.Database;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Statements that change many jobs lock them in the order of their ids, so that no two of them can
 * wait for each other, or wait for nobody. A test of the first kind gives a statement its jobs in
 * the opposite order and holds the one in the middle; then another transaction takes the first and
 * the last one, in order.
 */
@Tag("servers")
class LockOrderTest {

  /** The common pool has one thread on a machine of two cores, too few for two that wait. */
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private StoreFixture store;
  private UUID first;
  private UUID middle;
  private UUID last;

  @BeforeEach
  void start() {
    store = new StoreFixture();
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      jobs.add(StoreFixture.job(StoreFixture.TYPE, 1, "{}"));
    }
    // In the table, too, the last one comes first
    jobs.sort((one, other) -> new StoreFixture.ById().compare(other.id(), one.id()));
    List<UUID> ids = store.submit(jobs.toArray(NewJob[]::new));
    first = ids.get(0);
    middle = ids.get(1);
    last = ids.get(2);
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    store.close();
  }

  private List<UUID> reversed() {
    return List.of(last, middle, first);
  }

  private List<Lease> claimedReversed() {
    List<Lease> leases = store.claim("w", reversed());
    return reversed().stream()
        .map(id -> leases.stream().filter(lease -> lease.jobId().equals(id)).findFirst())
        .map(java.util.Optional::orElseThrow)
        .toList();
  }

  private List<JobPointer> pointers() {
    return reversed().stream()
        .map(id -> new JobPointer(id, StoreFixture.TYPE, "k", JobPriority.NORMAL, 0, false))
        .toList();
  }

  private List<PublishedPointer> published() {
    return StoreFixture.eachAlone(pointers());
  }

  @Test
  void replacements() throws Exception {
    // The keys have the opposite order of the ids
    List<NewJob> jobs = new ArrayList<>();
    for (UUID id : reversed()) {
      NewJob.UniqueKey key =
          new NewJob.UniqueKey(
              "key " + jobs.size(), UniqueScope.UNTIL_ENDED, null, DuplicatePolicy.REPLACE_TIME);
      store.execute(
          "UPDATE by_test.jobs SET unique_key = ?, unique_scope = 'until_ended' WHERE id = ?",
          key.key(),
          id);
      jobs.add(StoreFixture.unique(key));
    }
    cannotDeadlock(
        () ->
            assertThat(new SubmitStore(store.database).insert(jobs))
                .extracting(Recorded::jobId)
                .containsExactlyElementsOf(reversed()));
  }

  @Test
  void outcomes() throws Exception {
    List<AttemptEnd> ends =
        claimedReversed().stream()
            .<AttemptEnd>map(lease -> new AttemptEnd.Completed(lease, null, 1))
            .toList();
    cannotDeadlock(() -> assertThat(store.outcomes.finish(ends)).hasSize(3));
  }

  @Test
  void progress() throws Exception {
    List<ProgressReport> reports =
        claimedReversed().stream().map(lease -> new ProgressReport(lease, 50, null)).toList();
    waitsForNobody(() -> store.reports.progress(reports));
  }

  @Test
  void claims() throws Exception {
    passesOver(() -> store.claim("w", reversed()).size());
  }

  @Test
  void confirmations() throws Exception {
    waitsForNobody(() -> store.publishes.markQueued(published()));
  }

  @Test
  void repeatedConfirmations() throws Exception {
    store.publishes.markQueued(published());
    waitsForNobody(() -> store.publishes.markQueuedAgain(published()));
  }

  @Test
  void claimsOfTheTableWaitForNobody() throws Exception {
    passesOver(() -> store.claims.claimDue("w", StoreFixture.KNOWN, 10, Long.MAX_VALUE).size());
  }

  @Test
  void aRescueWaitsForNobody() throws Exception {
    store.claim("w", reversed());
    RescueStore rescues = new RescueStore(store.database);
    Leadership leadership = leadership();
    List<RescueStore.Silent> silent =
        new HeartbeatStore(store.database)
            .heartbeats(true).beats().stream()
                .map(beat -> new RescueStore.Silent(beat, true))
                .toList();
    passesOver(() -> rescues.rescue(leadership, silent, 3, 10).size());
  }

  @Test
  void deletingOldJobsWaitsForNobody() throws Exception {
    store.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'completed', finished_at = now(), "
            + "delete_at = now() - interval '1 day'");
    Leadership leadership = leadership();
    passesOver(() -> new RetentionStore(store.database).prune(leadership, 10).count());
  }

  private Leadership leadership() {
    return new LeaderStore(store.database).acquire("me", Duration.ofMinutes(5)).orElseThrow();
  }

  /** While another transaction holds one of the three jobs, the statement ends. */
  private void waitsForNobody(Runnable statement) throws Exception {
    passesOver(
        () -> {
          statement.run();
          return 2;
        });
  }

  /** While another transaction holds one of the three jobs, the statement changes the others. */
  private void passesOver(Supplier<Integer> statement) throws Exception {
    try (Connection other = store.postgres.connect()) {
      other.setAutoCommit(false);
      lock(other, middle);
      assertThat(CompletableFuture.supplyAsync(statement, threads).get(20, TimeUnit.SECONDS))
          .isEqualTo(2);
    }
  }

  @Test
  void forgettingAWorkerWaitsForNobody() throws Exception {
    WorkerStore workers = new WorkerStore(store.database);
    RescueStore rescues = new RescueStore(store.database);
    workers.register("held", "host", 1, 1, Map.of());
    workers.register("free", "host", 1, 1, Map.of());
    store.execute("UPDATE tenon.workers SET heartbeat_at = now() - interval '1 day'");
    List<RescueStore.Silent> silent =
        new HeartbeatStore(store.database)
            .heartbeats(true).beats().stream()
                .map(beat -> new RescueStore.Silent(beat, false))
                .toList();
    try (Connection claim = store.postgres.connect()) {
      claim.setAutoCommit(false);
      boolean unused =
          claim
              .createStatement()
              .execute("SELECT FROM tenon.workers WHERE id = 'held' FOR KEY SHARE");
      CompletableFuture<Integer> forgetting =
          CompletableFuture.supplyAsync(
              () -> rescues.forgetLost(silent, Duration.ofHours(1)), threads);
      assertThat(forgetting.get(20, TimeUnit.SECONDS)).isOne();
    }
    assertThat(new HeartbeatStore(store.database).heartbeats(true).beats())
        .extracting(HeartbeatStore.Beat::workerId)
        .containsExactly("held");
  }

  @Test
  void postponements() throws Exception {
    waitsForNobody(() -> store.publishes.postpone(pointers(), Duration.ofSeconds(1)));
  }

  @Test
  void recordsOfSteps() throws Exception {
    List<Lease> leases = claimedReversed();
    StepStore steps = new StepStore(store.database);
    List<NewCursor> cursors = leases.stream().map(lease -> new NewCursor(lease, 1, "1")).toList();
    cannotDeadlock(() -> assertThat(steps.saveCursors(cursors)).hasSize(3));
  }

  @Test
  void recordsOfNewerCode() throws Exception {
    List<Lease> leases = claimedReversed();
    StepStore steps = new StepStore(store.database);
    List<NewCursor> cursors = leases.stream().map(lease -> new NewCursor(lease, 2, "1")).toList();
    cannotDeadlock(() -> assertThat(steps.saveCursors(cursors)).hasSize(3));
  }

  @Test
  void jobsThatSignalsWake() throws Exception {
    SignalStore signals = new SignalStore(store.database);
    cannotDeadlock(() -> assertThat(signals.wake(reversed()).isNothing()).isTrue());
  }

  /** Each of two processes also deletes what the other one has noted, and notes again. */
  @Test
  void notesOfAwaitedJobs() throws Exception {
    UUID one = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    AwaitStore notes = new AwaitStore(store.database);
    String insert =
        "INSERT INTO tenon.awaited_jobs VALUES (?, ?, false, now() - interval '1 minute')";
    store.execute(insert, first, other);
    store.execute(insert, last, one);
    try (Connection gate = store.postgres.connect();
        Connection holder = store.postgres.connect()) {
      gate.setAutoCommit(false);
      holder.setAutoCommit(false);
      Database.context(gate).execute(insert, middle, one);
      Database.context(holder)
          .execute("SELECT FROM tenon.awaited_jobs WHERE job_id = ? FOR UPDATE", last);
      CompletableFuture<Void> ofOne =
          CompletableFuture.runAsync(
              () -> notes.await(one, notes(middle, last), Duration.ofMinutes(1)), threads);
      awaitWaiting(1);
      holder.rollback();
      CompletableFuture<Void> ofOther =
          CompletableFuture.runAsync(
              () -> notes.await(other, notes(first), Duration.ofMinutes(1)), threads);
      await("the second one is done, or waits for the first")
          .atMost(Duration.ofSeconds(20))
          .until(() -> ofOther.isDone() || waiting() == 2);
      gate.rollback();
      ofOne.get(20, TimeUnit.SECONDS);
      ofOther.get(20, TimeUnit.SECONDS);
    }
  }

  private static List<AwaitStore.Note> notes(UUID... jobs) {
    return Stream.of(jobs).map(id -> new AwaitStore.Note(id, false)).toList();
  }

  private void cannotDeadlock(Runnable statement) throws Exception {
    try (Connection gate = store.postgres.connect();
        Connection other = store.postgres.connect()) {
      gate.setAutoCommit(false);
      other.setAutoCommit(false);
      lock(gate, middle);
      CompletableFuture<Void> running = CompletableFuture.runAsync(statement, threads);
      awaitWaiting(1);
      CompletableFuture<Void> inOrder =
          CompletableFuture.runAsync(
              () -> {
                try {
                  lock(other, first);
                  lock(other, last);
                  other.commit();
                } catch (java.sql.SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      awaitWaiting(2);
      gate.commit();
      running.get(20, TimeUnit.SECONDS);
      inOrder.get(20, TimeUnit.SECONDS);
    }
  }

  private static void lock(Connection connection, UUID id) throws java.sql.SQLException {
    for (String table : List.of("live_jobs", "ended_jobs")) {
      try (var select =
          connection.prepareStatement(
              "SELECT FROM tenon." + table + " WHERE id = ? FOR NO KEY UPDATE")) {
        select.setObject(1, id);
        boolean unused = select.execute();
      }
    }
  }

  /** Waits until so many transactions of this database wait for a lock. */
  private void awaitWaiting(int count) {
    await().atMost(Duration.ofSeconds(20)).until(() -> waiting() == count);
  }

  private int waiting() {
    return store
        .database
        .dsl()
        .fetchOne(
            "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                + " current_database() AND wait_event_type = 'Lock'")
        .get(0, Integer.class);
  }
}
