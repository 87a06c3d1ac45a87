package dev.tenon.jobs;

import java.time.Duration;

/**
 * The settings of a worker. Immutable; each method returns a changed copy.
 *
 * @param concurrency the largest number of jobs that run at a time, at least 1
 * @param gracePeriod how long running handlers may go on when the worker is closed, before they are
 *     signalled and their jobs given back
 * @param virtualThreads whether handlers run on virtual threads where the JVM has them (21 and
 *     newer)
 */
public record WorkerOptions(int concurrency, Duration gracePeriod, boolean virtualThreads) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the concurrency is below 1 or the grace period negative
   */
  public WorkerOptions {
    if (concurrency < 1) {
      throw new IllegalArgumentException(
          "The concurrency is " + concurrency + "; a worker runs at least 1 job at a time.");
    }
    if (gracePeriod.isNegative()) {
      throw new IllegalArgumentException(
          "The grace period is " + gracePeriod + "; it must not be negative.");
    }
  }

  /** Ten jobs at a time, 30 s of grace, virtual threads where there are any. */
  public static WorkerOptions defaults() {
    return new WorkerOptions(10, Duration.ofSeconds(30), true);
  }

  /** A copy with this concurrency. */
  public WorkerOptions withConcurrency(int concurrency) {
    return new WorkerOptions(concurrency, gracePeriod, virtualThreads);
  }

  /** A copy with this grace period. */
  public WorkerOptions withGracePeriod(Duration gracePeriod) {
    return new WorkerOptions(concurrency, gracePeriod, virtualThreads);
  }

  /** A copy that uses virtual threads, or does not. */
  public WorkerOptions withVirtualThreads(boolean virtualThreads) {
    return new WorkerOptions(concurrency, gracePeriod, virtualThreads);
  }
}
