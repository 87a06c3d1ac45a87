package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.store.Lease;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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
   * Nothing runs yet.
   *
   * @param slots where handlers run
   * @param maxCrashes with that many crashes a job fails
   */
  AttemptRegistry(Slots slots, Deadlines deadlines, int maxCrashes) {
    this.slots = slots;
    this.deadlines = deadlines;
    this.maxCrashes = maxCrashes;
  }

  /** What runs, waits for a slot, or ran and waits to be recorded: a live view. */
  Collection<Attempt<?, ?>> all() {
    return Collections.unmodifiableCollection(byJob.values());
  }

  /** Whether there is any. */
  boolean isAny() {
    return !byJob.isEmpty();
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

  /** Adds an attempt. Returns the one at the same job that was here; null if there was none. */
  @Nullable Attempt<?, ?> add(Attempt<?, ?> attempt) {
    return byJob.put(attempt.jobId(), attempt);
  }

  /** Removes an attempt. The job may already run here again, under another lease. */
  void remove(Attempt<?, ?> attempt) {
    byJob.remove(attempt.jobId(), attempt);
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
