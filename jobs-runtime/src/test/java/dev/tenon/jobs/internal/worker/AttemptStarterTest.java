package dev.tenon.jobs.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.internal.attempt.Attempt;
import dev.tenon.jobs.internal.attempt.AttemptEnvironment;
import dev.tenon.jobs.internal.attempt.AttemptRunner;
import dev.tenon.jobs.internal.attempt.Deadlines;
import dev.tenon.jobs.internal.attempt.HandlerThreads;
import dev.tenon.jobs.internal.attempt.Slots;
import dev.tenon.jobs.internal.attempt.WorkerSteps;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.recording.ReportLanes;
import dev.tenon.jobs.internal.recording.SlotTurn;
import dev.tenon.jobs.internal.steps.MemoryRecords;
import dev.tenon.jobs.internal.steps.StopReason;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts whose outcomes nobody records, so that they are known for as long as a test needs. */
class AttemptStarterTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ExecutorService threads = HandlerThreads.executor(false, "w");
  private final Deadlines deadlines = new Deadlines("w");
  private final Slots slots = new Slots(1, threads);
  private final AttemptRegistry attempts = new AttemptRegistry(slots, deadlines, 3);
  private final CountDownLatch mayReturn = new CountDownLatch(1);
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final AtomicLong silentFor = new AtomicLong();
  private final DatabaseContact contact =
      new DatabaseContact(
          () -> Duration.ofDays(1), Duration.ofHours(1), () -> System.nanoTime() + silentFor.get());

  @AfterEach
  void close() {
    mayReturn.countDown();
    deadlines.close();
    threads.shutdownNow();
  }

  private AttemptStarter starter(
      JobHandler<Order, Receipt> ofLong, JobHandler<Order, Receipt> ofShort) {
    ReportLanes reports = new ReportLanes(slots::taskEnded);
    return new AttemptStarter(
        new HandlersByType(
            TestJobs.handlers().with(TestJobs.LONG, ofLong).with(TestJobs.SHORT, ofShort),
            List.of(),
            new Queues(Map::of)),
        new AttemptEnvironment(
            ValueStorage.unencrypted(SizeLimits.defaults()),
            contact,
            Clock.systemUTC(),
            slots,
            deadlines,
            JobListeners.NONE,
            new WorkerSteps((jobId, cursors) -> new MemoryRecords())),
        attempts,
        reports,
        new StartGate(reports, deadlines, contact, 1),
        type -> {});
  }

  private static ClaimedJob job(String type, UUID id, long lease) {
    return new ClaimedJob(
        new Lease(id, lease, "w"),
        type,
        1,
        1,
        3,
        0,
        "{\"name\":\"a\",\"quantity\":1}",
        null,
        "tester",
        false,
        null,
        null,
        Headers.none(),
        Duration.ZERO);
  }

  private Receipt ignoresInterrupts() {
    said.add("starts");
    while (true) {
      try {
        mayReturn.await();
        return new Receipt("x");
      } catch (InterruptedException e) {
        said.add("interrupted");
      }
    }
  }

  private Receipt endsWhenInterrupted() throws InterruptedException {
    said.add("starts");
    try {
      mayReturn.await();
    } catch (InterruptedException e) {
      said.add("interrupted");
      throw e;
    }
    return new Receipt("x");
  }

  @Test
  void aHandlerThatContinuesIsCountedOnceHoweverOftenItWasAskedToStop() {
    AttemptStarter starter =
        starter((order, context) -> ignoresInterrupts(), (order, context) -> new Receipt("x"));
    UUID id = UUID.randomUUID();
    starter.start(job(TestJobs.LONG.type(), id, 1), SlotTurn.begins());
    await().atMost(PATIENCE).until(() -> said.contains("starts"));
    Attempt<?, ?> attempt = attempts.all().iterator().next();
    assertThat(attempts.cancel(id)).isTrue();
    attempts.loseLease(attempt);
    // Its own deadline is left, and none that may count it once more
    await().atMost(PATIENCE).until(() -> deadlines.waiting() == 1 && deadlines.leaked() > 0);
    assertThat(deadlines.leaked()).isEqualTo(1);
    mayReturn.countDown();
    await().atMost(PATIENCE).until(() -> deadlines.leaked() == 0);
  }

  @Test
  void aJobThatIsBackUnderAnotherLeaseEndsTheAttemptUnderTheFirst() {
    AttemptStarter starter =
        starter((order, context) -> endsWhenInterrupted(), (order, context) -> new Receipt("x"));
    UUID id = UUID.randomUUID();
    starter.start(job(TestJobs.LONG.type(), id, 1), SlotTurn.begins());
    await().atMost(PATIENCE).until(() -> said.contains("starts"));
    starter.start(job(TestJobs.LONG.type(), id, 2), SlotTurn.begins());
    await().atMost(PATIENCE).until(() -> said.equals(List.of("starts", "interrupted", "starts")));
    assertThat(attempts.leaseOf(id)).isEqualTo(new Lease(id, 2, "w"));
  }

  @Test
  void aWorkerThatWakesStartsNothingThatOthersMayHave() {
    AttemptStarter starter =
        starter(
            (order, context) -> ignoresInterrupts(),
            (order, context) -> {
              said.add("the next starts");
              return new Receipt("x");
            });
    starter.start(job(TestJobs.LONG.type(), UUID.randomUUID(), 1), SlotTurn.begins());
    await().atMost(PATIENCE).until(() -> said.equals(List.of("starts")));
    UUID claimedAhead = UUID.randomUUID();
    starter.start(job(TestJobs.SHORT.type(), claimedAhead, 1), SlotTurn.begins());
    // As a process that was stopped by a signal finds its clock
    silentFor.set(Duration.ofHours(3).toNanos());
    mayReturn.countDown();
    await().atMost(PATIENCE).until(() -> slots.used() == 0);
    assertThat(said).containsExactly("starts");
    assertThat(attempts.all()).as("they wait to be recorded").hasSize(2);
  }

  @Test
  void aSlotIsFreeAgainThoughNeitherTheOutcomeNorALineAboutItCanBeKept() {
    AttemptStarter starter =
        starter((order, context) -> endsWhenInterrupted(), (order, context) -> new Receipt("x"));
    FailingLog ofTheOutcome = new FailingLog(AttemptRunner.class);
    FailingLog ofTheAttempt = new FailingLog(Attempt.class);
    try {
      starter.start(job(TestJobs.LONG.type(), UUID.randomUUID(), 1), SlotTurn.begins());
      await().atMost(PATIENCE).until(() -> said.contains("starts"));
      assertThat(attempts.all().iterator().next().signal(StopReason.TIMED_OUT)).isTrue();
      await().atMost(PATIENCE).until(() -> slots.used() == 0);
    } finally {
      ofTheOutcome.stop();
      ofTheAttempt.stop();
    }
    assertThat(attempts.all()).as("what the heartbeat takes for running").isEmpty();
  }

  @Test
  void anAttemptThatEndsWithoutItsHandlerIsForgottenThoughNoLineAboutItCanBeKept() {
    AttemptStarter starter =
        starter((order, context) -> ignoresInterrupts(), (order, context) -> new Receipt("x"));
    FailingLog log = new FailingLog(AttemptRunner.class);
    try {
      starter.start(job(TestJobs.LONG.type(), UUID.randomUUID(), 1), SlotTurn.begins());
      await().atMost(PATIENCE).until(() -> said.contains("starts"));
      Attempt<?, ?> attempt = attempts.all().iterator().next();
      assertThat(attempt.signal(StopReason.TIMED_OUT)).isTrue();
      deadlines.abandonLater(attempt);
      await().atMost(PATIENCE).until(() -> deadlines.leaked() == 1);
    } finally {
      log.stop();
    }
    assertThat(slots.used()).isZero();
    assertThat(attempts.all()).as("what the heartbeat takes for running").isEmpty();
  }

  @Test
  void aJobWhoseFailureCannotBeLoggedDoesNotDisturbTheNextOne() {
    AttemptStarter starter =
        starter(
            (order, context) -> endsWhenInterrupted(),
            (order, context) -> {
              throw new IllegalStateException("fails");
            });
    UUID next = UUID.randomUUID();
    FailingLog log = new FailingLog(AttemptRunner.class);
    try {
      starter.start(job(TestJobs.SHORT.type(), UUID.randomUUID(), 1), SlotTurn.begins());
      starter.start(job(TestJobs.LONG.type(), next, 1), SlotTurn.begins());
      await().atMost(PATIENCE).until(() -> said.contains("starts"));
    } finally {
      log.stop();
    }
    // Only the one that runs has a deadline, so none can hit it that is not its own
    assertThat(deadlines.waiting()).isEqualTo(1);
  }
}
