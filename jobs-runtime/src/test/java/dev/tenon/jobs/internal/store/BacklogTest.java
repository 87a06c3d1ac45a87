package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bounds on the number of jobs of a type that wait. */
@Tag("servers")
class BacklogTest {

  private static final String TYPE = StoreFixture.TYPE;
  private static final int MANY = 20_000;

  private StoreFixture store;
  private Leadership leadership;

  @BeforeEach
  void start() {
    store = new StoreFixture();
    leadership = new LeaderStore(store.database).acquire("test", Duration.ofHours(1)).orElseThrow();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private void bound(int max, String whenFull) {
    store.execute(
        "INSERT INTO tenon.job_types (type, max_waiting, when_full) VALUES (?, ?, ?)"
            + " ON CONFLICT (type) DO UPDATE SET max_waiting = excluded.max_waiting,"
            + " when_full = excluded.when_full",
        TYPE,
        max,
        whenFull);
  }

  private static NewJob job(@Nullable String key) {
    return StoreFixture.job(TYPE, 1, "{}").withBacklog(NewJob.Backlog.of(key));
  }

  private static List<NewJob> jobs(String key, int count) {
    return Stream.generate(() -> job(key)).limit(count).toList();
  }

  /** Each store is another process, which knows nothing of what the others have counted. */
  private List<Recorded> submit(List<NewJob> jobs) {
    return new SubmitStore(store.database).insert(jobs);
  }

  private @Nullable Object value(String sql, Object... bindings) {
    return store.database.dsl().fetchValue(sql, bindings);
  }

  private Object waiting() {
    return value("SELECT count(*) FROM tenon.live_jobs WHERE status <> 'running'");
  }

  @Test
  void aFullBacklogRefusesAllOfACallAndSaysHowManyWait() {
    bound(3, "refuse");
    submit(jobs("", 2));
    assertThatThrownBy(() -> submit(jobs("", 2)))
        .isInstanceOfSatisfying(
            BacklogFullException.class,
            e -> {
              assertThat(e.waiting()).isEqualTo(2);
              assertThat(e.max()).isEqualTo(3);
              assertThat(e.key()).isEmpty();
              assertThat(e.jobType()).contains(TYPE);
            })
        .hasMessage(
            "2 job(s) of type 'test.store' were not submitted: 2 jobs wait, and the bound is 3."
                + " Submit them again later, or find out why the workers are slower than the"
                + " submitters.");
    assertThat(waiting()).isEqualTo(2L);
    submit(jobs("", 1));
    assertThatThrownBy(() -> submit(jobs("", 1))).isInstanceOf(BacklogFullException.class);
    // Running jobs do not count
    store.claim("w", List.of(first()));
    submit(jobs("", 1));
    // Nor do those without a key
    submit(List.of(job(null)));
  }

  private UUID first() {
    return (UUID) value("SELECT id FROM tenon.live_jobs ORDER BY id LIMIT 1");
  }

  @Test
  void eachKeyHasItsOwnBound() {
    bound(2, "refuse");
    submit(jobs("a", 2));
    submit(jobs("b", 2));
    assertThatThrownBy(() -> submit(Stream.of("c", "b", "c").map(BacklogTest::job).toList()))
        .isInstanceOf(BacklogFullException.class)
        .hasMessageContaining("2 jobs of 'b' wait, and the bound is 2.");
    assertThat(waiting()).isEqualTo(4L);
  }

  @Test
  void aRefusedCallTakesNoRoom() {
    bound(2, "refuse");
    SubmitStore submits = new SubmitStore(store.database);
    submits.insert(jobs("b", 2));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> submits.insert(Stream.of("c", "b").map(BacklogTest::job).toList()))
          .isInstanceOf(BacklogFullException.class);
    }
    submits.insert(jobs("c", 2));
  }

  @Test
  void aCallWithMoreKeysThanAreRememberedCountsEach() throws SQLException {
    bound(1, "refuse");
    SubmitStore submits = new SubmitStore(store.database);
    List<NewJob> jobs = IntStream.rangeClosed(0, 10_000).mapToObj(i -> job("key " + i)).toList();
    try (Connection connection = store.postgres.connect()) {
      connection.setAutoCommit(false);
      submits.insert(connection, jobs);
      connection.commit();
    }

    assertThatThrownBy(() -> submits.insert(jobs("key 10000", 1)))
        .isInstanceOf(BacklogFullException.class);
  }

  /** The only connection of the pool belongs to a transaction, and another thread waits for it. */
  @Test
  void aSubmitInATransactionDoesNotWaitForOneThatHasNoConnectionYet() throws Exception {
    bound(50, "refuse");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(store.postgres.url());
    config.setUsername(store.postgres.user());
    config.setPassword(store.postgres.password());
    config.setMaximumPoolSize(1);
    config.setConnectionTimeout(Duration.ofMinutes(5).toMillis());
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      SubmitStore submits = new SubmitStore(new Database(pool, pool, pool, "tenon"));
      Future<?> waits;
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(false);
        waits = threads.submit(() -> submits.insert(jobs("", 1)));
        await().until(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() == 1);

        Future<?> inTransaction = threads.submit(() -> submits.insert(connection, jobs("", 1)));
        assertThat(inTransaction).succeedsWithin(Duration.ofMinutes(1));
        assertThat(waits.isDone()).isFalse();
        connection.commit();
      }
      Object unused = waits.get(60, TimeUnit.SECONDS);
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(waiting()).isEqualTo(2L);
  }

  @Test
  void threadsOfAProcessDoNotExceedTheBoundTogether() throws Exception {
    bound(50, "refuse");
    SubmitStore submits = new SubmitStore(store.database);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> refused = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        refused.add(
            threads.submit(
                () -> {
                  int count = 0;
                  for (int n = 0; n < 25; n++) {
                    try {
                      submits.insert(jobs("", 1));
                    } catch (BacklogFullException e) {
                      count++;
                    }
                  }
                  return count;
                }));
      }
      int count = 0;
      for (Future<Integer> each : refused) {
        count += each.get();
      }
      assertThat(count).isGreaterThanOrEqualTo(50);
    } finally {
      threads.shutdownNow();
    }
    // A count may see a job that is also among those that are not committed yet
    assertThat((Long) waiting()).isPositive().isLessThanOrEqualTo(50L);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              fill(submits);
              return waiting().equals(50L);
            });
  }

  private static void fill(SubmitStore submits) {
    for (int i = 0; i < 1_000; i++) {
      try {
        submits.insert(jobs("", 1));
      } catch (BacklogFullException e) {
        return;
      }
    }
  }

  @Test
  void aCountForgetsNothingThatIsNotCommittedYet() {
    bound(10, "refuse");
    AtomicLong nanos = new AtomicLong();
    BacklogGate gate = new BacklogGate(store.database, nanos::get);
    try (BacklogGate.Room room = gate.open()) {
      room.take(store.database.dsl(), jobs("", 6));
      nanos.addAndGet(Duration.ofSeconds(2).toNanos());
      take(gate, 4);
      assertThatThrownBy(() -> take(gate, 1)).isInstanceOf(BacklogFullException.class);
    }
    // They were not recorded
    take(gate, 6);
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    take(gate, 10);
  }

  /** Takes room, as a submit does that is recorded. */
  private void take(BacklogGate gate, int count) {
    List<NewJob> jobs = jobs("", count);
    try (BacklogGate.Room room = gate.open()) {
      room.take(store.database.dsl(), jobs);
      room.keep(jobs);
    }
  }

  @Test
  void aJobThatStandsForAnotherNeedsNoRoom() {
    bound(2, "refuse");
    SubmitStore submits = new SubmitStore(store.database);
    NewJob.UniqueKey key =
        new NewJob.UniqueKey("key", UniqueScope.UNTIL_ENDED, null, DuplicatePolicy.REPLACE_PAYLOAD);
    NewJob first = StoreFixture.unique(key).withBacklog(NewJob.Backlog.of(""));
    submits.insert(List.of(first));
    for (int i = 0; i < 5; i++) {
      NewJob again = StoreFixture.unique(key).withBacklog(NewJob.Backlog.of(""));
      assertThat(submits.insert(List.of(again)).get(0).jobId()).isEqualTo(first.id());
    }
    submits.insert(jobs("", 1));
    // It is full, but this adds nothing
    NewJob again = StoreFixture.unique(key).withBacklog(NewJob.Backlog.of(""));
    assertThat(submits.insert(List.of(again)).get(0).jobId()).isEqualTo(first.id());
    assertThatThrownBy(() -> submits.insert(List.of(again, job(""))))
        .isInstanceOf(BacklogFullException.class);
    assertThat(waiting()).isEqualTo(2L);
  }

  @Test
  void untilTheTypeIsRecordedTheBoundOfTheSubmitterHolds() {
    List<NewJob> jobs =
        List.of(StoreFixture.job(TYPE, 1, "{}").withBacklog(new NewJob.Backlog("", 1)));
    submit(jobs);
    assertThatThrownBy(() -> submit(jobs))
        .isInstanceOf(BacklogFullException.class)
        .hasMessageContaining("1 jobs wait, and the bound is 1.");
    // What an application has declared since holds for all submitters
    bound(3, "refuse");
    submit(jobs("", 2));
    bound(3, "drop_oldest");
    submit(jobs("", 2));
  }

  @Test
  void anOpenTransactionHoldsUpNobodyAndIsCountedOnceItIsCommitted() throws SQLException {
    bound(3, "refuse");
    try (Connection open = store.postgres.connect()) {
      open.setAutoCommit(false);
      new SubmitStore(store.database).insert(open, jobs("", 2));
      // Its own jobs count for the transaction itself
      assertThatThrownBy(() -> new SubmitStore(store.database).insert(open, jobs("", 2)))
          .isInstanceOf(BacklogFullException.class);
      submit(jobs("", 3));
      open.commit();
    }
    assertThat(waiting()).isEqualTo(5L);
    assertThatThrownBy(() -> submit(jobs("", 1)))
        .isInstanceOf(BacklogFullException.class)
        .hasMessageContaining("3 jobs wait, and the bound is 3.");
  }

  @Test
  void operatorsSetAnotherBoundAndTheirRetriesAreNeverRefused() {
    bound(1, "refuse");
    submit(jobs("", 1));
    UUID id = first();
    ControlStore control = new ControlStore(store.database);
    assertThat(control.cancelWaiting(id, by("cancel job", id))).isTrue();
    submit(jobs("", 1));
    assertThat(control.retry(id, by("retry job", id))).isPresent();
    assertThat(waiting()).isEqualTo(2L);
    assertThatThrownBy(() -> submit(jobs("", 1))).isInstanceOf(BacklogFullException.class);
    store.execute("UPDATE tenon.job_types SET override_max_waiting = 3");
    submit(jobs("", 1));
    assertThatThrownBy(() -> submit(jobs("", 1))).isInstanceOf(BacklogFullException.class);
    store.execute("UPDATE tenon.job_types SET override_max_waiting = 0");
    submit(jobs("", 10));
  }

  private static ChangeByHand by(String action, UUID id) {
    return ChangeByHand.of(action, id.toString(), Actor.of("ann"));
  }

  @Test
  void aCountServesForAMoment() {
    bound(100, "refuse");
    AtomicLong nanos = new AtomicLong();
    BacklogGate gate = new BacklogGate(store.database, nanos::get);
    take(gate, 10);
    submit(jobs("", 95));
    // Far from the bound, as far as it knows
    take(gate, 10);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThatThrownBy(() -> take(gate, 10))
        .isInstanceOf(BacklogFullException.class)
        .hasMessageContaining("95 jobs wait");
    // Near the bound, it counts again soon
    store.execute("DELETE /* by the test */ FROM tenon.live_jobs");
    nanos.addAndGet(Duration.ofMillis(5).toNanos());
    take(gate, 100);
  }

  private Map<JobsOfType, Integer> drop() {
    return new DropStore(store.database).drop(leadership, 1_000);
  }

  @Test
  void theOldestAreDropped() throws SQLException {
    bound(3, "drop_oldest");
    store.submit(jobs("a", 8).toArray(NewJob[]::new));
    store.submit(jobs("b", 3).toArray(NewJob[]::new));
    List<UUID> ids = ids("SELECT id FROM tenon.live_jobs WHERE backlog_key = 'a' ORDER BY id");
    // It was started before, so it may have done something
    store.execute("UPDATE tenon.live_jobs SET started_at = now() WHERE id = ?", ids.get(0));
    store.execute(
        "UPDATE tenon.live_jobs SET workflow_id = ? WHERE id = ?", UUID.randomUUID(), ids.get(1));
    try (Connection other = store.postgres.connect()) {
      other.setAutoCommit(false);
      try (PreparedStatement lock =
          other.prepareStatement("SELECT FROM tenon.live_jobs WHERE id = ? FOR UPDATE")) {
        lock.setObject(1, ids.get(2));
        lock.execute();
      }
      // None that is newer is dropped in place of the locked one
      assertThat(drop()).containsExactly(Map.entry(new JobsOfType(TYPE, "jobs." + TYPE), 4));
      other.rollback();
    }
    assertThat(drop()).containsExactly(Map.entry(new JobsOfType(TYPE, "jobs." + TYPE), 1));
    assertThat(drop()).isEmpty();
    assertThat(ids("SELECT id FROM tenon.ended_jobs ORDER BY id"))
        .containsExactlyElementsOf(ids.subList(2, 7));
    assertThat(
            value(
                "SELECT DISTINCT concat_ws(' ', status, error_reason, error_message,"
                    + " cancel_requested_at) FROM tenon.ended_jobs"))
        .isEqualTo("cancelled dropped More than 3 jobs waited, and this was one of the oldest.");
    // Nobody is refused
    submit(jobs("a", 2));
  }

  @Test
  void theOldestOfAllNamesOfATypeAreDropped() {
    bound(2, "drop_oldest");
    store.execute("UPDATE tenon.job_types SET aliases = '{test.earlier}'");
    List<NewJob> earlier =
        Stream.generate(() -> StoreFixture.job("test.earlier", 1, "{}"))
            .map(job -> job.withBacklog(NewJob.Backlog.of("")))
            .limit(2)
            .toList();
    store.submit(earlier.toArray(NewJob[]::new));
    store.submit(jobs("", 2).toArray(NewJob[]::new));
    List<UUID> ids = ids("SELECT id FROM tenon.live_jobs ORDER BY id");
    assertThat(drop().values().stream().mapToInt(count -> count).sum()).isEqualTo(2);
    assertThat(ids("SELECT id FROM tenon.ended_jobs ORDER BY id"))
        .containsExactlyElementsOf(ids.subList(0, 2));
  }

  private List<UUID> ids(String sql) {
    return store.database.dsl().fetch(sql).getValues(0, UUID.class);
  }

  @Test
  void countingReadsNoMoreThanTheBoundWhateverTheStatistics() {
    store.withoutAutovacuum();
    store.onHotTables("ANALYZE");
    bound(100, "refuse");
    store.insertMany(TYPE, 1, "now()", "NULL", MANY);
    store.execute("UPDATE tenon.live_jobs SET backlog_key = ''");
    store.onHotTables("VACUUM");
    store.publishReads();
    long before = store.rowsRead(List.of("live_jobs"));
    int calls = 20;
    for (int i = 0; i < calls; i++) {
      assertThatThrownBy(() -> submit(jobs("", 1))).isInstanceOf(BacklogFullException.class);
    }
    store.publishReads();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> store.rowsRead(List.of("live_jobs")) >= before + calls * 100L);
    assertThat(store.rowsRead(List.of("live_jobs")) - before).isLessThan(calls * 300L);
  }
}
