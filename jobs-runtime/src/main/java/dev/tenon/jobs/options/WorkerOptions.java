package dev.tenon.jobs.options;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The settings of a worker. Immutable; each method returns a changed copy. */
public final class WorkerOptions {

  private final int concurrency;
  private final Duration gracePeriod;
  private final boolean virtualThreads;

  private WorkerOptions(int concurrency, Duration gracePeriod, boolean virtualThreads) {
    if (concurrency < 1) {
      throw new IllegalArgumentException(
          "The concurrency is " + concurrency + "; it must be at least 1.");
    }
    if (gracePeriod.isNegative()) {
      throw new IllegalArgumentException(
          "The grace period is " + gracePeriod + "; it must not be negative.");
    }
    this.concurrency = concurrency;
    this.gracePeriod = gracePeriod;
    this.virtualThreads = virtualThreads;
  }

  /**
   * The defaults: ten jobs at a time, a grace period of 30 s, and virtual threads if the JVM has
   * them.
   */
  public static WorkerOptions defaults() {
    return new WorkerOptions(10, Duration.ofSeconds(30), true);
  }

  /**
   * A copy with this concurrency.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public WorkerOptions withConcurrency(int concurrency) {
    return new WorkerOptions(concurrency, gracePeriod, virtualThreads);
  }

  /**
   * A copy with this grace period.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public WorkerOptions withGracePeriod(Duration gracePeriod) {
    return new WorkerOptions(concurrency, gracePeriod, virtualThreads);
  }

  /** A copy that uses virtual threads, or does not. */
  public WorkerOptions withVirtualThreads(boolean virtualThreads) {
    return new WorkerOptions(concurrency, gracePeriod, virtualThreads);
  }

  /** The largest number of jobs that run at a time, at least 1. */
  public int concurrency() {
    return concurrency;
  }

  /**
   * The grace period: how long running handlers may continue when the worker is closed, before they
   * are asked to stop and their jobs are released.
   */
  public Duration gracePeriod() {
    return gracePeriod;
  }

  /** Returns true if handlers run on virtual threads where the JVM has them (21 and newer). */
  public boolean usesVirtualThreads() {
    return virtualThreads;
  }

  /** Options are equal if all of their values are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WorkerOptions that
        && concurrency == that.concurrency
        && gracePeriod.equals(that.gracePeriod)
        && virtualThreads == that.virtualThreads;
  }

  @Override
  public int hashCode() {
    return Objects.hash(concurrency, gracePeriod, virtualThreads);
  }

  @Override
  public String toString() {
    return "WorkerOptions[concurrency=%s, gracePeriod=%s, virtualThreads=%s]"
        .formatted(concurrency, gracePeriod, virtualThreads);
  }
}
