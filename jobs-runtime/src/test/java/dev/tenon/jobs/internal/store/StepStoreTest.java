package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.durable.JobStep.Kind;
import dev.tenon.jobs.durable.JobStep.State;
import dev.tenon.jobs.internal.operate.ReadStore;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What jobs keep between their attempts is written under their leases, and read as written. */
@Tag("servers")
class StepStoreTest {

  private StoreFixture store;
  private StepStore steps;

  @BeforeEach
  void open() {
    store = new StoreFixture();
    steps = new StepStore(store.database);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Lease running() {
    return claim(store.submit(1).get(0));
  }

  private Lease claim(UUID id) {
    return store.claim("w", List.of(id)).get(0);
  }

  private static NewStep step(Lease lease, String name, State state, @Nullable String result) {
    return step(lease, name, "", state, 1, result);
  }

  private static NewStep step(
      Lease lease, String name, String key, State state, int version, @Nullable String result) {
    return new NewStep(
        lease, name, key, Kind.STEP, state, version, 1, 0, Duration.ofSeconds(2), result, null);
  }

  private static NewWait wait(Lease lease, @Nullable Duration timeout, String... signals) {
    return new NewWait(lease, "paid", "", 1, 1, List.of(signals), timeout);
  }

  private void signal(UUID jobId, String id, String name, String key) {
    store.execute(
        "INSERT INTO tenon.job_signals (job_id, id, name, step_key, payload, sent_by)"
            + " VALUES (?, ?, ?, ?, CAST(? AS json), 'tester')",
        jobId,
        id,
        name,
        key,
        "{\"id\":\"" + id + "\"}");
  }

  private void suspend(Lease lease) {
    assertThat(store.outcomes.finish(List.of(new AttemptEnd.Suspended(lease)))).hasSize(1);
  }

  private Instant dueAt(UUID jobId) {
    return store
        .database
        .dsl()
        .fetchOptional("SELECT run_at FROM tenon.live_jobs WHERE id = ?", jobId)
        .orElseThrow()
        .get(0, Instant.class);
  }

  private boolean isDue(UUID jobId) {
    return !dueAt(jobId).isAfter(Instant.now());
  }

  @Test
  void aStepIsReadAsItWasRecorded() {
    Lease lease = running();
    assertThat(
            steps.record(
                new NewStep(
                    lease,
                    "pack",
                    "line 1",
                    Kind.STEP,
                    State.FAILED,
                    1,
                    3,
                    2,
                    Duration.ofMinutes(1),
                    "{\"n\":1}",
                    "boom")))
        .isTrue();
    StepStore.Kept kept = steps.read(lease.jobId());
    assertThat(kept.cursor()).isNull();
    StoredStep step = kept.steps().get(0);
    assertThat(step.name()).isEqualTo("pack");
    assertThat(step.key()).isEqualTo("line 1");
    assertThat(step.kind()).isEqualTo(Kind.STEP);
    assertThat(step.state()).isEqualTo(State.FAILED);
    assertThat(step.version()).isEqualTo(1);
    assertThat(step.lease()).isEqualTo(lease.number());
    assertThat(step.number()).isEqualTo(3);
    assertThat(step.attempts()).isEqualTo(2);
    assertThat(step.result()).isEqualTo("{\"n\":1}");
    assertThat(step.message()).isEqualTo("boom");
    assertThat(step.signal()).isNull();
    assertThat(Duration.between(step.startedAt(), step.endedAt())).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void aStepThatRunsAgainKeepsItsNumber() {
    Lease lease = running();
    assertThat(steps.record(step(lease, "a", State.BEGUN, null))).isTrue();
    assertThat(
            steps.record(
                new NewStep(
                    lease, "a", "", Kind.STEP, State.DONE, 1, 9, 0, Duration.ZERO, "7", null)))
        .isTrue();
    StoredStep step = steps.read(lease.jobId()).steps().get(0);
    assertThat(step.number()).isEqualTo(1);
    assertThat(step.state()).isEqualTo(State.DONE);
    assertThat(step.result()).isEqualTo("7");
  }

  @Test
  void nothingIsWrittenWithoutTheLease() throws Exception {
    Lease lease = running();
    Lease later = new Lease(lease.jobId(), lease.number() + 1, "w");
    Lease ofAnother = new Lease(lease.jobId(), lease.number(), "other");
    for (Lease lost : List.of(later, ofAnother)) {
      assertThat(steps.record(step(lost, "a", State.DONE, null))).isFalse();
      assertThat(steps.await(wait(lost, null, "paid"))).isEmpty();
      assertThat(steps.refuseSignal(wait(lost, null, "paid"), "1", "no")).isFalse();
      assertThat(steps.saveCursors(List.of(new NewCursor(lost, 1, "1")))).isEmpty();
      try (Connection connection = store.postgres.connect()) {
        connection.setAutoCommit(false);
        assertThat(steps.record(connection, step(lost, "a", State.DONE, null))).isFalse();
        connection.rollback();
      }
    }
    suspend(lease);
    assertThat(steps.record(step(lease, "a", State.DONE, null))).isFalse();
    assertThat(steps.read(lease.jobId()).steps()).isEmpty();
  }

  @Test
  void recordsOfManyThreadsAreWrittenTogetherAndEachLearnsItsOwn() throws Exception {
    List<UUID> ids = store.submit(40);
    List<Lease> leases = store.claim("w", ids);
    ExecutorService threads = Executors.newFixedThreadPool(40);
    try {
      List<Future<Boolean>> recorded = new ArrayList<>();
      for (int i = 0; i < leases.size(); i++) {
        Lease lease = leases.get(i);
        NewStep step =
            step(i % 2 == 0 ? lease : new Lease(lease.jobId(), 7, "w"), "a", State.DONE, "" + i);
        recorded.add(threads.submit(() -> steps.record(step)));
      }
      for (int i = 0; i < leases.size(); i++) {
        assertThat(recorded.get(i).get()).isEqualTo(i % 2 == 0);
        assertThat(steps.read(leases.get(i).jobId()).steps()).hasSize(i % 2 == 0 ? 1 : 0);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whileATransactionHasRecordedAStepNobodyEndsTheAttempt() throws Exception {
    Lease lease = running();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Connection connection = store.postgres.connect()) {
      connection.setAutoCommit(false);
      assertThat(steps.record(connection, step(lease, "a", State.DONE, "1"))).isTrue();
      assertThat(steps.read(lease.jobId()).steps()).as("before the commit").isEmpty();
      Future<?> end =
          threads.submit(
              () ->
                  store.outcomes.finish(
                      List.of(new AttemptEnd.Released(lease, Duration.ofDays(1)))));
      awaitLockWait();
      connection.commit();
      end.get();
    } finally {
      threads.shutdownNow();
    }
    assertThat(steps.read(lease.jobId()).steps()).hasSize(1);
  }

  private void awaitLockWait() {
    await()
        .until(
            () ->
                ((Number)
                            store
                                .database
                                .dsl()
                                .fetchValue(
                                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                        + " AND wait_event_type = 'Lock'"))
                        .intValue()
                    > 0);
  }

  @Test
  void aCursorIsTheLastOneThatWasSaved() {
    Lease lease = running();
    Lease other = running();
    assertThat(
            steps.saveCursors(
                List.of(new NewCursor(lease, 1, "{\"row\":1}"), new NewCursor(other, 1, "2"))))
        .containsExactlyInAnyOrder(lease.jobId(), other.jobId());
    assertThat(steps.saveCursors(List.of(new NewCursor(lease, 1, "{\"row\":2}")))).hasSize(1);
    assertThat(steps.read(lease.jobId()).cursor()).isEqualTo(new StoredCursor(1, "{\"row\":2}"));
    assertThat(steps.read(other.jobId()).cursor()).isEqualTo(new StoredCursor(1, "2"));
  }

  @Test
  void aWaitTakesTheOldestSignalOfItsNamesAndItsKey() {
    Lease lease = running();
    UUID id = lease.jobId();
    signal(id, "1", "other", "");
    signal(id, "2", "paid", "key");
    signal(id, "3", "refunded", "");
    signal(id, "4", "paid", "");
    StepStore.Awaited awaited = steps.await(wait(lease, null, "paid", "refunded")).orElseThrow();
    assertThat(awaited.state()).isEqualTo(State.DONE);
    assertThat(awaited.signal()).isEqualTo(new StoredSignal("3", "refunded", 1, "{\"id\":\"3\"}"));
    assertThat(steps.await(wait(lease, null, "paid", "refunded")).orElseThrow())
        .as("the next attempt gets the same")
        .isEqualTo(awaited);
    StoredStep step = steps.read(id).steps().get(0);
    assertThat(step.kind()).isEqualTo(Kind.WAIT);
    assertThat(step.signals()).containsExactly("paid", "refunded");
    assertThat(step.signal()).isEqualTo(awaited.signal());
    assertThat(step.result()).isNull();
  }

  @Test
  void aSignalIsDeliveredOnce() {
    Lease lease = running();
    signal(lease.jobId(), "1", "paid", "");
    assertThat(steps.await(wait(lease, null, "paid")).orElseThrow().state()).isEqualTo(State.DONE);
    NewWait second = new NewWait(lease, "again", "", 1, 2, List.of("paid"), null);
    assertThat(steps.await(second).orElseThrow().state()).isEqualTo(State.WAITING);
  }

  @Test
  void aRepeatedCallGetsTheSignalOfTheFirstOne() throws Exception {
    Lease lease = running();
    signal(lease.jobId(), "1", "paid", "");
    CompletableFuture<StepStore.Awaited> repeated = new CompletableFuture<>();
    try (Connection first = store.postgres.connect()) {
      first.setAutoCommit(false);
      try (Statement statement = first.createStatement()) {
        statement.execute(
            "SELECT * FROM tenon.await_signal('%s', %d, 'w', 'paid', '', 1, 1, ARRAY['paid'], NULL)"
                .formatted(lease.jobId(), lease.number()));
        // Its answer is lost, and the same call comes again
        new Thread(() -> repeated.complete(steps.await(wait(lease, null, "paid")).orElseThrow()))
            .start();
        await().until(this::somebodyWaits);
      }
      first.commit();
    }
    assertThat(repeated.get(1, TimeUnit.MINUTES).state()).isEqualTo(State.DONE);
    assertThat(steps.await(wait(lease, null, "paid")).orElseThrow().state()).isEqualTo(State.DONE);
  }

  private boolean somebodyWaits() {
    return store
        .database
        .dsl()
        .fetch(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        .isNotEmpty();
  }

  @Test
  void aSuspendedJobWaitsWithoutATimeAndItsAttemptDoesNotCount() {
    Lease lease = running();
    UUID id = lease.jobId();
    StepStore.Awaited awaited = steps.await(wait(lease, null, "paid")).orElseThrow();
    assertThat(awaited.state()).isEqualTo(State.WAITING);
    assertThat(awaited.until()).isNull();
    suspend(lease);
    assertThat(dueAt(id)).isEqualTo(Instant.parse("9999-12-31T00:00:00Z"));
    assertThat(store.unpublished(10)).isEmpty();
    var job = new ReadStore(store.database).find(id).orElseThrow();
    assertThat(job.attempts()).isZero();
    assertThat(new ReadStore(store.database).attempts(id).get(0).outcome().code())
        .isEqualTo("suspended");
  }

  @Test
  void theMaximumCountsFromTheFirstAttempt() {
    Lease lease = running();
    UUID id = lease.jobId();
    Instant until = steps.await(wait(lease, Duration.ofHours(1), "paid")).orElseThrow().until();
    suspend(lease);
    assertThat(dueAt(id)).isEqualTo(until);
    makeDue(id);
    Lease next = claim(id);
    assertThat(steps.await(wait(next, Duration.ofHours(5), "paid")).orElseThrow().until())
        .isEqualTo(until);
  }

  private void makeDue(UUID id) {
    store.execute("UPDATE tenon.live_jobs SET run_at = now() WHERE id = ?", id);
  }

  @Test
  void aWaitTimesOutAndASleepIsDone() {
    Lease lease = running();
    assertThat(steps.await(wait(lease, Duration.ZERO, "paid")).orElseThrow().state())
        .isEqualTo(State.TIMED_OUT);
    NewWait sleep = new NewWait(lease, "rest", "", 1, 2, List.of(), Duration.ofDays(1));
    assertThat(steps.await(sleep).orElseThrow().state()).isEqualTo(State.WAITING);
    store.execute("UPDATE tenon.job_steps SET until = now() WHERE name = 'rest'");
    assertThat(steps.await(sleep).orElseThrow().state()).isEqualTo(State.DONE);
    signal(lease.jobId(), "1", "paid", "");
    assertThat(steps.await(wait(lease, Duration.ZERO, "paid")).orElseThrow().state())
        .as("it stays timed out")
        .isEqualTo(State.TIMED_OUT);
  }

  @Test
  void aSignalThatCameBeforeTheEndOfTheAttemptMakesTheJobDue() {
    Lease lease = running();
    assertThat(steps.await(wait(lease, null, "paid")).orElseThrow().state())
        .isEqualTo(State.WAITING);
    signal(lease.jobId(), "1", "paid", "");
    suspend(lease);
    assertThat(isDue(lease.jobId())).isTrue();
  }

  @Test
  void aSignalThatNoWaitOfTheAttemptTakesDoesNotMakeTheJobDue() {
    Lease first = running();
    UUID id = first.jobId();
    NewWait gone = new NewWait(first, "gone", "", 1, 1, List.of("other"), null);
    assertThat(steps.await(gone)).isPresent();
    suspend(first);
    makeDue(id);
    Lease second = claim(id);
    assertThat(steps.await(wait(second, null, "paid"))).isPresent();
    signal(id, "1", "other", "");
    signal(id, "2", "paid", "other key");
    suspend(second);
    assertThat(isDue(id)).as("or it would start again and again").isFalse();
  }

  @Test
  void aQuestionThatWasAnsweredBeforeTheEndOfTheAttemptMakesTheJobDue() {
    Lease lease = running();
    assertThat(steps.record(step(lease, "charge", State.IN_DOUBT, null))).isTrue();
    store.execute("UPDATE tenon.job_steps SET state = 'done'");
    suspend(lease);
    assertThat(isDue(lease.jobId())).isTrue();
  }

  @Test
  void aQuestionKeepsTheJobWaiting() {
    Lease lease = running();
    assertThat(steps.record(step(lease, "charge", State.IN_DOUBT, null))).isTrue();
    suspend(lease);
    assertThat(isDue(lease.jobId())).isFalse();
  }

  @Test
  void aRefusedSignalIsNotDeliveredAndTheWaitContinues() {
    Lease lease = running();
    UUID id = lease.jobId();
    signal(id, "1", "paid", "");
    signal(id, "2", "paid", "");
    assertThat(steps.await(wait(lease, null, "paid")).orElseThrow().signal().id()).isEqualTo("1");
    assertThat(steps.refuseSignal(wait(lease, null, "paid"), "1", "amount is missing")).isTrue();
    assertThat(steps.await(wait(lease, null, "paid")).orElseThrow().signal().id()).isEqualTo("2");
    assertThat(steps.refuseSignal(wait(lease, null, "paid"), "2", "too")).isTrue();
    assertThat(steps.await(wait(lease, null, "paid")).orElseThrow().state())
        .isEqualTo(State.WAITING);
    suspend(lease);
    assertThat(isDue(id)).isFalse();
  }

  @Test
  void aTokenIsNotReplaced() {
    Lease lease = running();
    NewStep token =
        new NewStep(
            lease,
            StepStore.TOKEN + "paid",
            "",
            Kind.TOKEN,
            State.OPEN,
            1,
            1,
            0,
            Duration.ZERO,
            "\"secret\"",
            null);
    assertThat(steps.record(token)).isTrue();
    store.execute("UPDATE tenon.job_steps SET state = 'done'");
    assertThat(steps.record(token)).isTrue();
    assertThat(steps.read(lease.jobId()).steps().get(0).state()).isEqualTo(State.DONE);
  }

  @Test
  void olderCodeDoesNotClaimAJobWithRecordsOfNewerCode() {
    Lease lease = running();
    UUID id = lease.jobId();
    assertThat(steps.record(step(lease, "a", "", State.DONE, 2, null))).isTrue();
    store.outcomes.finish(List.of(new AttemptEnd.Released(lease)));
    assertThat(store.claims.claim("w", List.of(id), Map.of(StoreFixture.TYPE, 1), 1, 1000).jobs())
        .isEmpty();
    ClaimedJob claimed =
        store.claims.claim("w", List.of(id), Map.of(StoreFixture.TYPE, 2), 1, 1000).jobs().get(0);
    assertThat(claimed.version()).as("of the payload").isEqualTo(1);
  }

  @Test
  void aRetriedJobKeepsItsRecordsAndTheirVersion() {
    Lease lease = running();
    UUID id = lease.jobId();
    assertThat(steps.record(step(lease, "a", "", State.DONE, 2, "1"))).isTrue();
    store.outcomes.finish(
        List.of(new AttemptEnd.Failed(lease, AttemptFailure.of(JobError.Reason.OTHER, "failed"))));
    ControlStore.retry(store.database.dsl(), store.database.tables(), List.of(id));
    assertThat(steps.read(id).steps()).hasSize(1);
    assertThat(
            store.database.dsl().fetchValue("SELECT version FROM tenon.live_jobs WHERE id = ?", id))
        .isEqualTo(2);
  }

  @Test
  void everythingIsDeletedWithTheJob() {
    Lease lease = running();
    UUID id = lease.jobId();
    assertThat(steps.record(step(lease, "a", State.DONE, "1"))).isTrue();
    signal(id, "1", "paid", "");
    assertThat(steps.saveCursors(List.of(new NewCursor(lease, 1, "1")))).hasSize(1);
    store.outcomes.finish(List.of(new AttemptEnd.Completed(lease, null, 1)));
    assertThat(LifeCycle.delete(store.database.dsl(), store.database.tables(), List.of(id)))
        .isEqualTo(1);
    for (String table : List.of("job_steps", "job_signals", "job_cursors")) {
      assertThat(store.database.dsl().fetchValue("SELECT count(*) FROM tenon." + table))
          .as(table)
          .isEqualTo(0L);
    }
  }
}
