package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.internal.publish.DueStore;
import dev.tenon.jobs.internal.publish.UnpublishedStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * While a transaction stays open, PostgreSQL keeps an entry in each index for all that has waited
 * or run since it began. What is done for every few jobs, or several times a second, must not pass
 * them all each time.
 */
@Tag("thorough")
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OldTransactionTest {

  private static final int AT_A_TIME = 100_000;
  private static final int MAX_ENDED = 2_000_000;
  private static final int TIMES = 20;
  private static final Duration OVERDUE = Duration.ofSeconds(5);

  /**
   * {@link IndexReadStart} calls a read long from 5 ms on; some may be faster than those measured.
   */
  private static final Duration LONG = Duration.ofMillis(10);

  private static final String A_MINUTE_AGO = "now() - interval '1 minute'";

  private StoreFixture store;
  private Connection oldTransaction;
  private ClaimStore claims;
  private long markers;
  private int ended;

  @BeforeAll
  void start() throws SQLException {
    store = StoreFixture.withPool();
    store.withoutAutovacuum();
    store.execute("CREATE TABLE marker ()");
    // As an application does that starts
    store.execute("INSERT INTO tenon.job_types (type) VALUES (?)", StoreFixture.TYPE);
    oldTransaction = store.postgres.dataSource().getConnection();
    oldTransaction.setAutoCommit(false);
    oldTransaction.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement statement = oldTransaction.createStatement()) {
      assertThat(statement.execute("SELECT 1 FROM pg_class LIMIT 1")).isTrue();
    }
    do {
      assertThat(ended).as("entries that should make a read long").isLessThan(MAX_ENDED);
      runAndDelete(AT_A_TIME);
      ended += AT_A_TIME;
    } while (fastestReadFromTheBeginning().compareTo(LONG) < 0);
  }

  private void runAndDelete(int count) {
    var unused = store.insertMany(StoreFixture.TYPE, 1, A_MINUTE_AGO, "NULL", count);
    store.execute("DELETE /* by the test */ FROM tenon.live_jobs WHERE priority = 1");
    store.execute(
        "INSERT INTO tenon.claims SELECT 'w', now(), '{}' FROM generate_series(1, ?)", count);
    store.execute("DELETE FROM tenon.claims");
  }

  /** How many entries it takes for a read to be long depends on the machine. */
  private Duration fastestReadFromTheBeginning() {
    List<Runnable> reads =
        List.of(
            () -> claimDue(new ClaimStore(store.database), 1),
            () -> claimOverdue(new ClaimStore(store.database), 1),
            () -> new PollStore(store.database, store.claims).all(StoreFixture.KNOWN),
            () -> untilOverdue(new PollStore(store.database, store.claims)),
            () -> new DueStore(store.database).due());
    long fastestNanos = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      for (Runnable read : reads) {
        long startNanos = System.nanoTime();
        read.run();
        fastestNanos = Math.min(fastestNanos, System.nanoTime() - startNanos);
      }
    }
    return Duration.ofNanos(fastestNanos);
  }

  @BeforeEach
  void startFromTheBeginning() {
    claims = new ClaimStore(store.database);
  }

  @AfterEach
  void endAll() {
    store.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'completed' WHERE status <>"
            + " 'completed'");
  }

  @AfterAll
  void stop() throws SQLException {
    oldTransaction.close();
    store.close();
  }

  @Test
  void claimsFromTheTableDoNotPassThem() {
    twice(() -> assertThat(claimDue(10)).isEmpty());
    passesFew(
        () -> {
          insert(1, "now()", 1);
          assertThat(claimDue(10)).hasSize(1);
        });
  }

  @Test
  void aJobOfLowerPriorityThatWaitsDoesNotHoldThemBack() {
    insert(0, "now() - interval '2 minutes'", 1);
    runAndDelete(ended);
    // More urgent ones come all the time
    insert(3, "now()", 2);
    twice(() -> assertThat(claimDue(1)).hasSize(1));
    passesFew(
        () -> {
          insert(3, "now()", 1);
          assertThat(claimDue(1)).hasSize(1);
        });
    assertThat(claimDue(10)).as("it waits for its turn").hasSize(1);
  }

  @Test
  void claimsOfWhatIsOverdueDoNotPassThem() {
    twice(() -> assertThat(claimOverdue(10)).isEmpty());
    passesFew(() -> assertThat(claimOverdue(10)).isEmpty());
  }

  @Test
  void whatComesLateIsFoundSoon() {
    twice(() -> assertThat(claimDue(10)).isEmpty());
    insert(1, "now() - interval '1 hour'", 1);
    await().atMost(Duration.ofMinutes(1)).until(() -> claimDue(10).size() == 1);
    twice(() -> assertThat(claimOverdue(10)).isEmpty());
    insert(1, "now() - interval '1 hour'", 1);
    await().atMost(Duration.ofMinutes(1)).until(() -> claimOverdue(10).size() == 1);
  }

  @Test
  void workersThatWaitDoNotPassThem() {
    PollStore looks = new PollStore(store.database, store.claims);
    twice(() -> assertThat(looks.all(StoreFixture.KNOWN).untilDue()).isNull());
    passesFew(() -> assertThat(looks.all(StoreFixture.KNOWN).untilDue()).isNull());
    insert(1, "now() + interval '1 hour'", 1);
    assertThat(looks.all(StoreFixture.KNOWN).untilDue()).isGreaterThan(Duration.ofMinutes(59));
    insert(1, "now() - interval '2 hours'", 1);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> looks.all(StoreFixture.KNOWN).untilDue().isZero());
  }

  @Test
  void workersWithABrokerDoNotPassThem() {
    PollStore looks = new PollStore(store.database, store.claims);
    twice(() -> assertThat(untilOverdue(looks)).isNull());
    passesFew(() -> assertThat(untilOverdue(looks)).isNull());
    insert(1, "now()", 1);
    assertThat(untilOverdue(looks)).isBetween(Duration.ZERO, OVERDUE);
    store.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'completed' WHERE status = 'pending'");
    assertThat(untilOverdue(looks)).isNull();
    insert(1, "now() - interval '1 hour'", 1);
    await().atMost(Duration.ofMinutes(1)).until(() -> Duration.ZERO.equals(untilOverdue(looks)));
  }

  @Test
  void theRelayDoesNotPassThem() {
    DueStore due = new DueStore(store.database);
    UnpublishedStore pointers = new UnpublishedStore(store.database);
    twice(() -> assertThat(due.due().kinds()).isEmpty());
    passesFew(() -> assertThat(due.due().kinds()).isEmpty());
    insert(1, "now() + interval '1 hour'", 1);
    assertThat(due.due().kinds()).isEmpty();
    insert(1, "now()", 1);
    passesFew(
        () -> assertThat(pointers.find(due.due().kinds(), 10, List.of()).pointers()).hasSize(1));
    insert(1, "now() - interval '1 hour'", 1);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> pointers.find(due.due().kinds(), 10, List.of()).pointers().size() == 2);
  }

  @Test
  void whoKnowsWhatRunsDoesNotPassThem() {
    WorkerStore workers = new WorkerStore(store.database);
    HeartbeatStore heartbeats = new HeartbeatStore(store.database);
    workers.register("w", "here", 1, 10, Map.of());
    insert(1, "now()", 10);
    List<ClaimedJob> claimed = claimDue(10);
    Set<UUID> ids = Set.of(claimed.get(0).lease().jobId(), UUID.randomUUID());
    passesFew(
        () -> {
          assertThat(workers.heartbeat("w", false, Optional.of(ids)).orElseThrow().running())
              .hasSize(1);
          assertThat(workers.running("w", Optional.of(ids))).hasSize(1);
          assertThat(workers.cancelRequested("w", ids)).isEmpty();
          assertThat(heartbeats.heartbeats(false).beats()).hasSize(1);
        });
    assertThat(workers.heartbeat("w", false, Optional.empty()).orElseThrow().running()).hasSize(10);
  }

  /** The first long read might be one that had to wait for something. */
  private static void twice(Runnable action) {
    action.run();
    action.run();
  }

  private static @Nullable Duration untilOverdue(PollStore looks) {
    return looks.withoutPointers(StoreFixture.KNOWN, OVERDUE).untilDue();
  }

  private List<ClaimedJob> claimDue(int max) {
    return claimDue(claims, max);
  }

  private static List<ClaimedJob> claimDue(ClaimStore claims, int max) {
    return claims.claimDue("w", StoreFixture.KNOWN, max, Long.MAX_VALUE);
  }

  private List<ClaimedJob> claimOverdue(int max) {
    return claimOverdue(claims, max);
  }

  private static List<ClaimedJob> claimOverdue(ClaimStore claims, int max) {
    return claims.claimOverdue("w", StoreFixture.KNOWN, OVERDUE, max, Long.MAX_VALUE);
  }

  private void passesFew(Runnable action) {
    long before = entriesOnceCounted();
    for (int i = 0; i < TIMES; i++) {
      action.run();
    }
    assertThat(entriesOnceCounted() - before)
        .as("entries of indexes that were read in %d rounds", TIMES)
        // It may be time to read from the beginning in some of them, but not in half
        .isLessThan((long) ended * TIMES / 2);
  }

  /** PostgreSQL publishes what was read a moment later: once a row is, all before it is. */
  private long entriesOnceCounted() {
    markers++;
    store.execute("INSERT INTO marker DEFAULT VALUES");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                number("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'marker'")
                    == markers);
    return number(
        "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname IN ('live_jobs',"
            + " 'claims')");
  }

  private long number(String sql) {
    return store.database.dsl().fetchOne(sql).get(0, Long.class);
  }

  private void insert(int priority, String runAt, int count) {
    store.execute(
        "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority,"
            + " run_at, publish_at, payload, payload_bytes, submitted_by, max_attempts,"
            + " retention_seconds)"
            + " SELECT gen_random_uuid(), '%s', 'jobs.x', 'pending', %d, %s, %s, '{}', 2, 'tester', 3, 60"
                .formatted(StoreFixture.TYPE, priority, runAt, runAt)
            + " FROM generate_series(1, "
            + count
            + ")");
  }
}
