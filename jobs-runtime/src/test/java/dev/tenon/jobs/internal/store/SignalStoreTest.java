package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.durable.JobStep.Kind;
import dev.tenon.jobs.durable.JobStep.State;
import dev.tenon.jobs.durable.SignalRefusedException.Reason;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A signal is stored once, delivered once, and wakes its job, whatever happens at the same time.
 */
@Tag("servers")
class SignalStoreTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private StoreFixture store;
  private StepStore steps;
  private SignalStore signals;

  @BeforeEach
  void open() {
    store = new StoreFixture();
    steps = new StepStore(store.database);
    signals = new SignalStore(store.database);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    store.close();
  }

  private static NewSignal signal(String id) {
    return signal(id, "paid", "");
  }

  private static NewSignal signal(String id, String name, String key) {
    return new NewSignal(id, name, key, 1, "{\"id\":\"" + id + "\"}", "tester");
  }

  private Lease running() {
    return claim(store.submit(1).get(0));
  }

  private Lease claim(UUID id) {
    return store.claim("w", List.of(id)).get(0);
  }

  private Lease awaiting(@Nullable Duration timeout) {
    Lease lease = running();
    assertThat(await(lease, timeout).state()).isEqualTo(State.WAITING);
    return lease;
  }

  private StepStore.Awaited await(Lease lease, @Nullable Duration timeout) {
    return steps
        .await(new NewWait(lease, "payment", "", 1, 1, List.of("paid"), timeout))
        .orElseThrow();
  }

  private static String signalId(StepStore.Awaited awaited) {
    return Objects.requireNonNull(awaited.signal()).id();
  }

  private UUID suspended() {
    Lease lease = awaiting(null);
    finish(lease);
    return lease.jobId();
  }

  private void finish(Lease lease) {
    assertThat(store.outcomes.finish(List.of(new AttemptEnd.Suspended(lease)))).hasSize(1);
  }

  private boolean isDue(UUID id) {
    return store
        .database
        .dsl()
        .fetchOptional("SELECT run_at FROM tenon.live_jobs WHERE id = ?", id)
        .orElseThrow()
        .get(0, Instant.class)
        .isBefore(Instant.now());
  }

  private long newSignals() {
    return ((Number)
            store.database.dsl().fetchValue("SELECT count(*) FROM tenon.job_signals WHERE is_new"))
        .longValue();
  }

  private SignalStore.Target only(SignalStore.Sent sent) {
    assertThat(sent.targets()).hasSize(1);
    return sent.targets().get(0);
  }

  @Test
  void aSignalMakesAWaitingJobDueInItsOwnTransaction() {
    UUID id = suspended();
    SignalStore.Sent sent = signals.send(signal("1"), List.of(id), false);
    assertThat(only(sent).isNew()).isTrue();
    assertThat(sent.toWake()).isEmpty();
    assertThat(sent.startable().pointers())
        .containsExactly(
            new JobPointer(
                id, StoreFixture.TYPE, "jobs." + StoreFixture.TYPE, JobPriority.NORMAL, 1, false));
    assertThat(isDue(id)).isTrue();
    assertThat(newSignals()).isZero();
    assertThat(signalId(await(claim(id), null))).isEqualTo("1");
  }

  @Test
  void aSecondSignalDoesNotPublishAgain() {
    UUID id = suspended();
    assertThat(signals.send(signal("1"), List.of(id), false).startable().isNothing()).isFalse();
    assertThat(signals.send(signal("2"), List.of(id), false).startable().isNothing()).isTrue();
    assertThat(signalId(await(claim(id), null))).isEqualTo("1");
  }

  @Test
  void aSignalThatComesFirstIsKept() {
    UUID id = store.submit(1).get(0);
    SignalStore.Sent sent = signals.send(signal("1"), List.of(id), false);
    assertThat(only(sent).isNew()).isTrue();
    assertThat(sent.startable().isNothing()).isTrue();
    assertThat(signalId(await(claim(id), null))).isEqualTo("1");
  }

  @Test
  void aSignalWithTheIdOfAnotherIsNotStoredAgain() {
    UUID id = suspended();
    signals.send(signal("1"), List.of(id), false);
    SignalStore.Sent again = signals.send(signal("1"), List.of(id), false);
    assertThat(only(again).isNew()).isFalse();
    assertThat(only(again).refusal()).isNull();
    Lease lease = claim(id);
    assertThat(signalId(await(lease, null))).isEqualTo("1");
    store.outcomes.finish(List.of(new AttemptEnd.Completed(lease, null, 1)));
    assertThat(only(signals.send(signal("1"), List.of(id), false)).refusal())
        .as("it was accepted before the job has ended")
        .isNull();
  }

  @Test
  void signalsThatNobodyCanGetAreRefusedAndNothingIsStored() {
    assertThat(only(signals.send(signal("1"), List.of(UUID.randomUUID()), false)).isThere())
        .isFalse();
    UUID waiting = suspended();
    Lease ended = running();
    store.outcomes.finish(List.of(new AttemptEnd.Completed(ended, null, 1)));
    List<SignalStore.Target> both =
        signals.send(signal("1"), List.of(waiting, ended.jobId()), false).targets();
    assertThat(both)
        .extracting(SignalStore.Target::refusal)
        .containsExactly(null, Reason.JOB_ENDED);
    assertThat(both).extracting(SignalStore.Target::isNew).containsOnly(false);
    store.execute("INSERT INTO tenon.job_types (type, signals) VALUES ('test.store', '{other}')");
    assertThat(only(signals.send(signal("1"), List.of(waiting), false)).refusal())
        .isEqualTo(Reason.NOT_AWAITED);
    assertThat(store.database.dsl().fetchValue("SELECT count(*) FROM tenon.job_signals"))
        .isEqualTo(0L);
    assertThat(isDue(waiting)).isFalse();
  }

  @Test
  void aTypeUnderAnEarlierNameAwaitsWhatTheTypeAwaits() {
    UUID id = suspended();
    store.execute(
        "INSERT INTO tenon.job_types (type, aliases, signals) VALUES ('new.name', '{test.store}',"
            + " '{other}')");
    assertThat(only(signals.send(signal("1"), List.of(id), false)).refusal())
        .isEqualTo(Reason.NOT_AWAITED);
  }

  @Test
  void aJobHasALimitedNumberOfSignals() {
    UUID id = store.submit(1).get(0);
    store.execute(
        "INSERT INTO tenon.job_signals (job_id, id, name, payload, sent_by)"
            + " SELECT ?, n, 'paid', '1', 'tester' FROM generate_series(1, 1000) n",
        id);
    assertThat(only(signals.send(signal("x"), List.of(id), false)).refusal())
        .isEqualTo(Reason.TOO_MANY);
    store.execute("UPDATE tenon.job_signals SET delivered_at = now() WHERE id = '7'");
    assertThat(only(signals.send(signal("x"), List.of(id), false)).isNew()).isTrue();
  }

  @Test
  void theJobsOfAnItemAreThoseThatMayWait() {
    UUID waiting = suspended();
    UUID notYet = store.submit(1).get(0);
    Lease ended = running();
    UUID ofAnotherType =
        store
            .submit(StoreFixture.job("test.other", 1, "{}"), StoreFixture.job("a", 1, "{}"))
            .get(0);
    store.execute("UPDATE tenon.job_data SET item_id = 'order 7' WHERE id <> ?", ofAnotherType);
    store.execute("UPDATE tenon.job_data SET item_id = 'order 7' WHERE type = 'test.other'");
    store.execute("UPDATE tenon.job_data SET item_id = 'order 8' WHERE type = 'a'");
    store.execute("INSERT INTO tenon.job_types (type, signals) VALUES ('test.other', '{x}')");
    store.outcomes.finish(List.of(new AttemptEnd.Completed(ended, null, 1)));
    assertThat(signals.ofItem(null, "order 7", "paid", "1"))
        .containsExactlyInAnyOrder(waiting, notYet);
    List<SignalStore.Target> sent =
        signals.send(signal("1"), List.of(waiting, notYet), false).targets();
    assertThat(sent).extracting(SignalStore.Target::isNew).containsOnly(true);
    assertThat(signals.ofItem(null, "no such item", "paid", "1")).isEmpty();
  }

  @Test
  void aTokenCanBeUsedOnce() {
    Lease lease = running();
    assertThat(
            steps.record(
                new NewStep(
                    lease,
                    StepStore.TOKEN + "paid",
                    "k",
                    Kind.TOKEN,
                    State.OPEN,
                    1,
                    1,
                    0,
                    Duration.ZERO,
                    "\"secret\"",
                    null)))
        .isTrue();
    UUID id = lease.jobId();
    assertThat(signals.token(null, id, "paid", "secret2")).isEmpty();
    assertThat(signals.token(null, id, "other", "secret")).isEmpty();
    assertThat(signals.token(null, UUID.randomUUID(), "paid", "secret")).isEmpty();
    assertThat(signals.token(null, id, "paid", "secret"))
        .contains(new SignalStore.Token("k", true));
    assertThat(only(signals.send(signal("1", "paid", "k"), List.of(id), true)).isNew()).isTrue();
    assertThat(signals.token(null, id, "paid", "secret"))
        .contains(new SignalStore.Token("k", false));
    assertThat(only(signals.send(signal("2", "paid", "k"), List.of(id), true)).refusal())
        .isEqualTo(Reason.USED_TOKEN);
  }

  @Test
  void aRefusedSignalDoesNotUseItsTokenUp() {
    Lease lease = running();
    assertThat(
            steps.record(
                new NewStep(
                    lease,
                    "token:paid",
                    "",
                    Kind.TOKEN,
                    State.OPEN,
                    1,
                    1,
                    0,
                    Duration.ZERO,
                    "\"s\"",
                    null)))
        .isTrue();
    store.outcomes.finish(List.of(new AttemptEnd.Completed(lease, null, 1)));
    assertThat(only(signals.send(signal("1"), List.of(lease.jobId()), true)).refusal())
        .isEqualTo(Reason.JOB_ENDED);
    assertThat(signals.token(null, lease.jobId(), "paid", "s").orElseThrow().isOpen()).isTrue();
  }

  @Test
  void aSignalThatIsRolledBackWasNeverSent() throws Exception {
    UUID id = suspended();
    try (Connection connection = store.postgres.connect()) {
      connection.setAutoCommit(false);
      SignalStore.Sent sent = signals.send(connection, signal("1"), List.of(id), false);
      assertThat(sent.toWake()).containsExactly(id);
      connection.rollback();
    }
    assertThat(signals.wake(List.of(id)).isNothing()).isTrue();
    assertThat(isDue(id)).isFalse();
  }

  @Test
  void aSignalOfACallersTransactionLocksNoJobAndTheSweepWakesIt() throws Exception {
    UUID id = suspended();
    try (Connection connection = store.postgres.connect()) {
      connection.setAutoCommit(false);
      signals.send(connection, signal("1"), List.of(id), false);
      assertThat(signals.sweep(10).isNothing()).as("it is not committed").isTrue();
      store.execute("UPDATE tenon.live_jobs SET progress = 1 WHERE id = ?", id);
      connection.commit();
    }
    assertThat(isDue(id)).isFalse();
    assertThat(signals.sweep(10).pointers()).extracting(JobPointer::jobId).containsExactly(id);
    assertThat(isDue(id)).isTrue();
    assertThat(newSignals()).isZero();
    assertThat(signals.sweep(10).isNothing()).isTrue();
  }

  @Test
  void aSignalThatWaitsForOneWithTheSameIdHoldsNoJob() throws Exception {
    UUID id = suspended();
    try (Connection first = store.postgres.connect();
        Connection other = store.postgres.connect()) {
      first.setAutoCommit(false);
      signals.send(first, signal("1"), List.of(id), false);
      Future<SignalStore.Sent> second =
          threads.submit(() -> signals.send(signal("1"), List.of(id), false));
      awaitLockWait();
      Database.context(other)
          .execute("SELECT FROM tenon.live_jobs WHERE id = ? FOR UPDATE NOWAIT", id);
      first.commit();
      assertThat(only(second.get()).isNew()).isFalse();
    }
    assertThat(isDue(id)).as("the second one wakes the job for the first").isTrue();
  }

  @Test
  void theSweepPassesByALockedJobAndComesBack() throws Exception {
    UUID locked = suspended();
    UUID free = suspended();
    try (Connection sender = store.postgres.connect();
        Connection holder = store.postgres.connect()) {
      sender.setAutoCommit(false);
      signals.send(sender, signal("1"), List.of(locked, free), false);
      sender.commit();
      holder.setAutoCommit(false);
      Database.context(holder)
          .execute("SELECT FROM tenon.live_jobs WHERE id = ? FOR UPDATE", locked);
      assertThat(signals.sweep(10).pointers()).extracting(JobPointer::jobId).containsExactly(free);
      assertThat(newSignals()).isEqualTo(1);
      holder.rollback();
    }
    assertThat(signals.sweep(10).pointers()).extracting(JobPointer::jobId).containsExactly(locked);
  }

  @Test
  void aSignalThatIsSentWhileTheAttemptEndsWakesTheJob() throws Exception {
    Lease lease = awaiting(null);
    UUID id = lease.jobId();
    try (Connection end = store.postgres.connect()) {
      end.setAutoCommit(false);
      assertThat(
              store.outcomes.finish(
                  Database.context(end), List.of(new AttemptEnd.Suspended(lease))))
          .hasSize(1);
      SignalStore.Sent sent = signals.send(signal("1"), List.of(id), false);
      assertThat(sent.toWake()).as("the end has locked the job").containsExactly(id);
      Future<StartableJobs> woken = threads.submit(() -> signals.wake(List.of(id)));
      awaitLockWait();
      end.commit();
      assertThat(woken.get().pointers()).extracting(JobPointer::jobId).containsExactly(id);
    }
    assertThat(isDue(id)).isTrue();
  }

  @Test
  void anAttemptThatEndsWhileASignalIsSentSeesTheSignal() throws Exception {
    Lease lease = awaiting(null);
    UUID id = lease.jobId();
    try (Connection sender = store.postgres.connect()) {
      sender.setAutoCommit(false);
      DSLContext dsl = Database.context(sender);
      dsl.execute("SELECT FROM tenon.live_jobs WHERE id = ? FOR NO KEY UPDATE", id);
      assertThat(only(signals.send(dsl, signal("1"), List.of(id), false)).isNew()).isTrue();
      Future<?> end = threads.submit(() -> finish(lease));
      awaitLockWait();
      sender.commit();
      end.get();
    }
    assertThat(isDue(id)).isTrue();
  }

  @Test
  void aWaitThatBeginsWhileASignalIsSentTakesIt() throws Exception {
    Lease lease = running();
    UUID id = lease.jobId();
    try (Connection sender = store.postgres.connect()) {
      sender.setAutoCommit(false);
      DSLContext dsl = Database.context(sender);
      dsl.execute("SELECT FROM tenon.live_jobs WHERE id = ? FOR NO KEY UPDATE", id);
      signals.send(dsl, signal("1"), List.of(id), false);
      Future<StepStore.Awaited> awaited = threads.submit(() -> await(lease, null));
      awaitLockWait();
      sender.commit();
      assertThat(awaited.get().state()).isEqualTo(State.DONE);
    }
  }

  @Test
  void aSignalThatIsCommittedAfterTheEndIsFoundByTheSweep() throws Exception {
    Lease lease = awaiting(null);
    UUID id = lease.jobId();
    try (Connection sender = store.postgres.connect()) {
      sender.setAutoCommit(false);
      signals.send(sender, signal("1"), List.of(id), false);
      finish(lease);
      assertThat(isDue(id)).isFalse();
      sender.commit();
    }
    assertThat(signals.sweep(10).pointers()).hasSize(1);
  }

  @Test
  void aJobThatWaitsForItsNextTryIsNotWokenAndGetsTheSignalThen() {
    Lease lease = awaiting(null);
    UUID id = lease.jobId();
    store.outcomes.finish(
        List.of(
            new AttemptEnd.Retried(
                lease, AttemptFailure.of(JobError.Reason.OTHER, "failed"), Duration.ofHours(1))));
    assertThat(signals.send(signal("1"), List.of(id), false).startable().isNothing()).isTrue();
    assertThat(isDue(id)).isFalse();
    store.execute("UPDATE tenon.live_jobs SET run_at = now() WHERE id = ?", id);
    assertThat(signalId(await(claim(id), null))).isEqualTo("1");
  }

  @Test
  void aJobWithLimitsIsWokenWithoutAPointer() {
    store.limit(1, 0);
    NewJob job = StoreFixture.limitedJob("k", JobPriority.NORMAL, null);
    new SubmitStore(store.database).insert(List.of(job));
    Lease lease = store.claimLimited("w", 1).get(0).lease();
    assertThat(await(lease, null).state()).isEqualTo(State.WAITING);
    finish(lease);
    assertThat(store.database.dsl().fetchValue("SELECT count(*) FROM tenon.limited_runs"))
        .as("a waiting job holds no limit")
        .isEqualTo(0L);
    StartableJobs startable = signals.send(signal("1"), List.of(job.id()), false).startable();
    assertThat(startable.pointers()).isEmpty();
    assertThat(startable.othersMayWait()).isTrue();
    assertThat(store.claimLimited("w", 1)).hasSize(1);
  }

  @Test
  void signalsOfADeletedJobAreRemoved() throws Exception {
    Lease lease = running();
    try (Connection sender = store.postgres.connect()) {
      sender.setAutoCommit(false);
      signals.send(sender, signal("1"), List.of(lease.jobId()), false);
      store.outcomes.finish(List.of(new AttemptEnd.Completed(lease, null, 1)));
      LifeCycle.delete(store.database.dsl(), store.database.tables(), List.of(lease.jobId()));
      sender.commit();
    }
    assertThat(signals.sweep(10).isNothing()).isTrue();
    assertThat(store.database.dsl().fetchValue("SELECT count(*) FROM tenon.job_signals"))
        .isEqualTo(0L);
  }

  private void awaitLockWait() {
    Awaitility.await()
        .until(
            () ->
                ((Number)
                            store
                                .database
                                .dsl()
                                .fetchValue(
                                    "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                                        + " current_database() AND wait_event_type = 'Lock'"))
                        .intValue()
                    > 0);
  }
}
