package dev.tenon.jobs.internal.worker;

import static dev.tenon.schedules.Threads.check;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.internal.attempt.Attempt;
import dev.tenon.jobs.internal.attempt.AttemptEnvironment;
import dev.tenon.jobs.internal.attempt.Deadlines;
import dev.tenon.jobs.internal.attempt.Slots;
import dev.tenon.jobs.internal.attempt.WorkerSteps;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.recording.ClaimsInProgress;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.recording.ReportQueue;
import dev.tenon.jobs.internal.recording.SlotTurn;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.schedules.Threads;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Threads of a worker claim jobs and end them while its {@link Heartbeat} compares what it runs
 * with the table. Every answer is late: the table has changed since, and so has what the worker
 * runs. The answer to one claim never arrives.
 */
final class HeartbeatSchedule {

  private static final Duration INTERVAL = Duration.ofMillis(10);
  private static final int MAX_BEATS = 100;
  private static final int BEATS_OF_AN_ANSWER = 3;
  private static final int BEATS_OF_A_LATE_ANSWER = 10;
  private static final JobBinding<String, Void> BINDING =
      new JobBinding<>(
          JobDefinition.builder("mail.send", String.class, Void.class)
              .payloadCodec(JsonCodec.of((json, value) -> {}, json -> ""))
              .build(),
          (payload, context) -> null);

  private final WorkerStore table = new WorkerStore(Threads::pause);
  private final Set<Lease> released = new HashSet<>();
  private final Slots slots = new Slots(2, work -> {});
  private final Deadlines deadlines = new Deadlines("w");
  private final DatabaseContact contact =
      new DatabaseContact(() -> Duration.ofDays(1), Duration.ofHours(1), () -> System.nanoTime());
  private final AttemptRegistry attempts = new AttemptRegistry(slots, deadlines, 3);
  private final ReportQueue reports = new ReportQueue(() -> {});
  private final AttemptEnvironment environment =
      new AttemptEnvironment(
          ValueStorage.unencrypted(SizeLimits.defaults()),
          contact,
          Clock.systemUTC(),
          slots,
          deadlines,
          JobListeners.NONE,
          new WorkerSteps(
              (jobId, cursors) -> {
                throw new UnsupportedOperationException();
              }));
  private final ClaimsInProgress claims = new ClaimsInProgress();

  void run() throws InterruptedException {
    Heartbeat heartbeat =
        new Heartbeat(
            table,
            new Heartbeat.Registration("w", 2, Map.of("mail.send", 1), null),
            INTERVAL,
            contact,
            attempts,
            new LostClaims(
                new ClaimStore(),
                new OutcomeStore(this::release),
                "w",
                attempts.jobIds(),
                claims,
                3),
            new Work());
    heartbeat.start();
    Lease lost = lease(2);
    Threads threads = new Threads();
    threads.start(
        () -> {
          Attempt<?, ?> first = claim(lease(1));
          // The answer to this claim does not arrive
          ClaimsInProgress.Claim claim = claims.begin();
          table.starts(lost);
          Threads.pause();
          claims.end(claim);
          Attempt<?, ?> third = claim(lease(3));
          end(first);
          end(third);
        });
    // A recorder claims the next task of a workflow, while the claimer claims others
    threads.start(() -> end(claim(lease(4), BEATS_OF_A_LATE_ANSWER)));
    threads.join();
    for (int i = 0; i < MAX_BEATS && released.isEmpty(); i++) {
      Thread.sleep(INTERVAL.toMillis());
    }
    heartbeat.close();
    check(released.equals(Set.of(lost)), "a job that was claimed and has not arrived is released");
  }

  private static Lease lease(int number) {
    return new Lease(new UUID(1, number), 1, "w");
  }

  /** Claims a job: between the commit and the start, another statement may take its time. */
  private Attempt<?, ?> claim(Lease lease) throws InterruptedException {
    return claim(lease, BEATS_OF_AN_ANSWER);
  }

  private Attempt<?, ?> claim(Lease lease, int beats) throws InterruptedException {
    ClaimsInProgress.Claim claim = claims.begin();
    table.starts(lease);
    Thread.sleep(INTERVAL.toMillis() * beats);
    Attempt<String, Void> attempt =
        new Attempt<>(job(lease), SlotTurn.begins(), BINDING, environment, reports, done -> {});
    Attempt<?, ?> unused = attempts.add(attempt);
    claims.end(claim);
    return attempt;
  }

  private void end(Attempt<?, ?> attempt) {
    check(attempt.stopReason() == null, "no attempt loses a lease that it has");
    attempt.discard();
    Threads.pause();
    table.ends(attempt.lease());
    Threads.pause();
    attempts.remove(attempt);
    check(attempt.stopReason() == null, "no attempt loses a lease that it has");
  }

  private void release(AttemptEnd end) {
    if (!table.runs(end.lease())) {
      // The answer was so late that the job has ended meanwhile: the table refuses the release
      return;
    }
    check(end.lease().jobId().equals(lease(2).jobId()), "no job is released that the worker runs");
    check(released.add(end.lease()), "a job is released once");
    table.ends(end.lease());
  }

  private static ClaimedJob job(Lease lease) {
    return new ClaimedJob(
        lease,
        "mail.send",
        1,
        1,
        3,
        0,
        "{}",
        null,
        "tester",
        false,
        null,
        null,
        Headers.none(),
        Duration.ZERO);
  }

  /** The other parts of the worker. */
  private static final class Work implements Heartbeat.Work {

    @Override
    public boolean hasDied() {
      return false;
    }

    @Override
    public boolean isNotifiedOfCancels() {
      return true;
    }

    @Override
    public void quiet(boolean quieted) {}
  }
}
