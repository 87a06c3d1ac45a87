package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs that a worker has claimed: those that run, each with a slot of its own, those that wait
 * for a slot, and those that wait to be recorded. Passes signals to them. Thread-safe.
 */
final class AttemptRegistry implements Attempt.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(AttemptRegistry.class);

  /** A few handlers that do not stop must not stop the worker, however few slots there are. */
  private static final int MIN_LEAKS_ALLOWED = 10;

  private static final Duration LOOK_FOR_EXITS = Duration.ofMillis(500);

  private final HandlersByType bindings;
  private final ValueStorage storage;
  private final RecorderGroup recorders;
  private final DatabaseContact contact;
  private final Clock clock;
  private final int concurrency;
  private final int maxCrashes;
  private final Slots slots;
  private final Deadlines deadlines;
  private final Consumer<String> limitedJobEnded;
  private final JobListeners listeners;
  private final Map<UUID, Attempt<?, ?>> byJob = new ConcurrentHashMap<>();

  /** Somebody waits until jobs may be started. If nobody does, an outcome needs no lock. */
  private volatile boolean somebodyWaits;

  /**
   * Nothing runs yet.
   *
   * @param contact what the worker knows of its way to the database
   * @param slots where jobs run
   * @param concurrency how many slots there are
   * @param maxCrashes with that many crashes a job fails
   * @param limitedJobEnded is told the type of a job that counted for a limit and does so no more
   * @param listeners are told of each attempt
   */
  AttemptRegistry(
      HandlersByType bindings,
      ValueStorage storage,
      RecorderGroup recorders,
      DatabaseContact contact,
      Clock clock,
      Slots slots,
      int concurrency,
      int maxCrashes,
      Deadlines deadlines,
      Consumer<String> limitedJobEnded,
      JobListeners listeners) {
    this.bindings = bindings;
    this.storage = storage;
    this.recorders = recorders;
    this.contact = contact;
    this.clock = clock;
    this.slots = slots;
    this.concurrency = concurrency;
    this.maxCrashes = maxCrashes;
    this.deadlines = deadlines;
    this.limitedJobEnded = limitedJobEnded;
    this.listeners = listeners;
  }

  /** What runs, waits for a slot, or ran and waits to be recorded: a live view. */
  Collection<Attempt<?, ?>> all() {
    return Collections.unmodifiableCollection(byJob.values());
  }

  /** The jobs of {@link #all()}: a live view. */
  Set<UUID> jobIds() {
    return Collections.unmodifiableSet(byJob.keySet());
  }

  /** The lease under which the job runs here; null if it does not. */
  @Nullable Lease leaseOf(UUID jobId) {
    Attempt<?, ?> attempt = byJob.get(jobId);
    return attempt == null ? null : attempt.lease();
  }

  /**
   * Whether jobs should be started, if there are slots. Outcomes that wait to be recorded have no
   * slots, and handlers that do not stop have lost theirs: neither may pile up without a bound.
   */
  boolean mayStartMore() {
    return !recorders.isFull() && !tooManyLeaked();
  }

  /**
   * Waits until jobs may be started: that one outcome is recorded is enough for it. Whether that
   * came true in time.
   */
  synchronized boolean awaitMayStartMore(Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    somebodyWaits = true;
    try {
      while (!mayStartMore()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } finally {
      somebodyWaits = false;
    }
  }

  private synchronized void tellWhoWaits() {
    notifyAll();
  }

  /** Whether so many handlers go on after the end of their attempts that no more are started. */
  boolean tooManyLeaked() {
    return deadlines.leaked() >= Math.max(concurrency, MIN_LEAKS_ALLOWED);
  }

  /**
   * Starts a job, or has it wait for a slot. If this throws, it is not started.
   *
   * @param turn of its slot
   * @throws RejectedExecutionException if the worker is closed
   */
  void start(ClaimedJob job, SlotTurn turn) {
    start(job, turn, bindings.of(job));
  }

  private <P, R> void start(ClaimedJob job, SlotTurn turn, JobBinding<P, R> binding) {
    Attempt<P, R> attempt =
        new Attempt<>(
            job, turn, binding, storage, recorders.of(job), contact, clock, this, listeners);
    Attempt<?, ?> before = byJob.put(job.id(), attempt);
    try {
      if (before != null && !before.isEnded()) {
        // It was taken from this worker and is back before the heartbeat has seen that
        loseLease(before);
      }
      slots.start(attempt, job.payload().length());
    } catch (RuntimeException | Error e) {
      // There may be no memory for another thread. The job goes back, as those that do not arrive.
      attempt.discard();
      byJob.remove(job.id(), attempt);
      throw e;
    }
  }

  /**
   * Gives the jobs back that were claimed ahead and have waited for so long: the handlers before
   * them take longer than was to be expected, and others may have a free slot.
   */
  void handBackWaitingFor(Duration age) {
    for (Attempt<?, ?> attempt : slots.takeWaitingFor(age)) {
      boolean unused = attempt.endUnlessStarted();
    }
  }

  /**
   * Takes out all jobs that wait for a slot; it is for the caller to give them back.
   *
   * @return their leases
   */
  List<Lease> takeWaiting() {
    List<Lease> leases = new ArrayList<>();
    for (Attempt<?, ?> attempt : slots.takeWaitingFor(Duration.ZERO)) {
      if (attempt.discardUnlessStarted()) {
        byJob.remove(attempt.jobId(), attempt);
        leases.add(attempt.lease());
      }
    }
    return leases;
  }

  @Override
  public ScheduledFuture<?> starts(Attempt<?, ?> attempt) {
    return deadlines.start(attempt);
  }

  @Override
  public void slotIsFree() {
    slots.release();
  }

  @Override
  public void isRecorded(Attempt<?, ?> attempt) {
    // The job may already run here again, under another lease
    byJob.remove(attempt.jobId(), attempt);
    if (somebodyWaits) {
      tellWhoWaits();
    }
    if (attempt.isLimited()) {
      limitedJobEnded.accept(attempt.type());
    }
  }

  /** Tells the handler of a job to stop, since the job was cancelled. Whether the job runs here. */
  boolean cancel(UUID jobId) {
    Attempt<?, ?> attempt = byJob.get(jobId);
    if (attempt == null) {
      return false;
    }
    if (attempt.signal(StopReason.CANCELLED)) {
      if (attempt.endUnlessStarted()) {
        LOG.info("Job {} is cancelled before its handler has started.", jobId);
      } else {
        LOG.info("Job {} is cancelled while it runs; its handler is told to stop.", jobId);
        deadlines.abandonLater(attempt);
      }
    }
    return true;
  }

  /** The job was given to another worker: its handler is told to stop. */
  void loseLease(Attempt<?, ?> attempt) {
    attempt.loseLease();
    deadlines.abandonLater(attempt);
  }

  /**
   * Waits until no handler runs any more, but those that do not stop. Meanwhile the process may be
   * ending, and one of the handlers may be the cause.
   *
   * @return whether that came true
   */
  boolean awaitHandlers(Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      byJob.values().forEach(attempt -> attempt.endIfItEndsTheProcess(maxCrashes));
      long left = Math.max(0, end - System.nanoTime());
      long slice = Math.min(left, LOOK_FOR_EXITS.toNanos());
      if (slots.awaitFree(Duration.ofNanos(slice))) {
        return true;
      }
      if (left == 0) {
        return false;
      }
    }
  }

  /** Tells all handlers to stop, and returns at once. */
  void tellAllToStop() {
    byJob.values().forEach(attempt -> attempt.signal(StopReason.SHUTDOWN));
  }

  /**
   * Tells all handlers to stop, gives them a moment, and ends the attempts of those that do not.
   */
  void stopAll() throws InterruptedException {
    tellAllToStop();
    if (!awaitHandlers(Deadlines.STOP_GRACE)) {
      byJob.values().forEach(Attempt::abandon);
    }
  }
}
