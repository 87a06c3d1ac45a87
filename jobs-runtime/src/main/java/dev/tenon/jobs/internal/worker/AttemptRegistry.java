package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.attempt.Attempt;
import dev.tenon.jobs.internal.attempt.Deadlines;
import dev.tenon.jobs.internal.attempt.Slots;
import dev.tenon.jobs.internal.steps.StopReason;
import dev.tenon.jobs.internal.store.Lease;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts of a worker by their jobs: those that run, those that wait for a slot, and those
 * that wait to be recorded. Passes signals to them. Thread-safe.
 */
final class AttemptRegistry {

  private static final Logger LOG = LoggerFactory.getLogger(AttemptRegistry.class);

  private static final Duration LOOK_FOR_EXITS = Duration.ofMillis(500);

  private final Slots slots;
  private final Deadlines deadlines;
  private final int maxCrashes;
  private final Map<UUID, Attempt<?, ?>> byJob = new ConcurrentHashMap<>();

  /**
   * Creates an empty registry.
   *
   * @param slots the slots for handlers
   * @param maxCrashes the number of crashes that fails a job
   */
  AttemptRegistry(Slots slots, Deadlines deadlines, int maxCrashes) {
    this.slots = slots;
    this.deadlines = deadlines;
    this.maxCrashes = maxCrashes;
  }

  /**
   * Returns the attempts that run, wait for a slot, or have ended and wait to be recorded: a live
   * view.
   */
  Collection<Attempt<?, ?>> all() {
    return Collections.unmodifiableCollection(byJob.values());
  }

  /** Returns whether there is any. */
  boolean isAny() {
    return !byJob.isEmpty();
  }

  /** Returns whether there is any, or a handler continues that has ended its jobs. */
  boolean isBusy() {
    return isAny() || slots.used() > 0;
  }

  /** Returns the jobs of {@link #all()}: a live view. */
  Set<UUID> jobIds() {
    return Collections.unmodifiableSet(byJob.keySet());
  }

  /** Returns the lease of the job if it runs here; otherwise null. */
  @Nullable Lease leaseOf(UUID jobId) {
    Attempt<?, ?> attempt = byJob.get(jobId);
    return attempt == null ? null : attempt.lease();
  }

  /** Adds an attempt, and returns the previous one at the same job; null if there was none. */
  @Nullable Attempt<?, ?> add(Attempt<?, ?> attempt) {
    return byJob.put(attempt.jobId(), attempt);
  }

  /** Removes an attempt. The job may already run here again, under another lease. */
  void remove(Attempt<?, ?> attempt) {
    byJob.remove(attempt.jobId(), attempt);
  }

  /**
   * Asks the handler of a job to stop because the job was cancelled, and returns whether the job
   * runs here.
   */
  boolean cancel(UUID jobId) {
    Attempt<?, ?> attempt = byJob.get(jobId);
    if (attempt == null) {
      return false;
    }
    if (attempt.signal(StopReason.CANCELLED)) {
      if (attempt.endUnlessStarted()) {
        LOG.info("Job {} was cancelled before its handler started.", jobId);
      } else {
        LOG.info("Job {} was cancelled while it was running; its handler is asked to stop.", jobId);
        deadlines.abandonLater(attempt);
      }
    }
    return true;
  }

  /** Asks the handler to stop because its job was given to another worker. */
  void loseLease(Attempt<?, ?> attempt) {
    attempt.loseLease();
  }

  /**
   * Waits until no handlers are running except those that do not stop. Meanwhile the process may be
   * ending, and one of the handlers may be the cause.
   *
   * @return whether that happened in time
   */
  boolean awaitHandlers(Duration wait) throws InterruptedException {
    return awaitHandlers(unused -> wait, wait);
  }

  /**
   * Does the same, and asks each handler to stop when its own time has passed.
   *
   * @param waits returns how long to wait for a handler
   * @param longest the longest of these
   */
  boolean awaitHandlers(Function<Attempt<?, ?>, Duration> waits, Duration longest)
      throws InterruptedException {
    long start = System.nanoTime();
    long end = start + longest.toNanos();
    Set<Attempt<?, ?>> asked = new HashSet<>();
    while (true) {
      byJob.values().forEach(attempt -> attempt.endIfItEndsTheProcess(maxCrashes));
      long passed = System.nanoTime() - start;
      for (Attempt<?, ?> attempt : byJob.values()) {
        Duration wait = waits.apply(attempt);
        if (wait.compareTo(longest) < 0 && passed >= wait.toNanos() && asked.add(attempt)) {
          stopSoon(attempt);
        }
      }
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

  /** Asks a handler to stop, and ends its attempt in a moment if it does not. */
  private void stopSoon(Attempt<?, ?> attempt) {
    if (attempt.signal(StopReason.SHUTDOWN)) {
      LOG.info(
          "The grace period of job {} of type '{}' has ended; its handler is asked to stop.",
          attempt.jobId(),
          attempt.declaredType());
      deadlines.abandonLater(attempt);
    }
  }

  /** Asks all handlers to stop, and returns immediately. */
  private void askAllToStop() {
    byJob.values().forEach(attempt -> attempt.signal(StopReason.SHUTDOWN));
    slots.stopThoseThatHaveEnded();
  }

  /** Asks all handlers to stop, gives them a moment, and ends the attempts of those that do not. */
  void stopAll() throws InterruptedException {
    askAllToStop();
    if (!awaitHandlers(Deadlines.STOP_GRACE)) {
      byJob.values().forEach(Attempt::abandon);
    }
  }
}
