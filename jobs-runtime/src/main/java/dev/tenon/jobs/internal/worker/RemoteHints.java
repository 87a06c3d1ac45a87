package dev.tenon.jobs.internal.worker;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides which hints of other processes a worker follows. All idle workers hear the same ones, and
 * one of them gets the job: whoever comes too late a few times listens less often, so that a
 * hundred workers do not ask the table at each job. A worker that finds something follows the next
 * hint at once. Thread-safe.
 */
final class RemoteHints {

  private static final Duration MIN_PAUSE = Duration.ofMillis(5);
  private static final Duration MAX_PAUSE = Duration.ofMillis(250);

  private final LongSupplier nanoTime;
  private long pauseNanos;
  private long followedNanos;
  private boolean isFollowed;

  RemoteHints() {
    this(System::nanoTime);
  }

  RemoteHints(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether to look into the table now. */
  synchronized boolean isWorthALook() {
    long now = nanoTime.getAsLong();
    if (isFollowed || (pauseNanos > 0 && now - followedNanos < pauseNanos)) {
      return false;
    }
    isFollowed = true;
    followedNanos = now;
    return true;
  }

  /** The worker has looked for jobs, because of a hint or for another reason. */
  synchronized void looked(boolean foundJobs) {
    if (foundJobs) {
      pauseNanos = 0;
    } else if (isFollowed) {
      pauseNanos = Math.min(MAX_PAUSE.toNanos(), Math.max(MIN_PAUSE.toNanos(), pauseNanos * 2));
    }
    isFollowed = false;
  }
}
