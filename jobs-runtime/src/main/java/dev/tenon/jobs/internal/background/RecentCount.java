package dev.tenon.jobs.internal.background;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A count of recent events: in the last period, or the one before. Not thread-safe. */
public final class RecentCount {

  private final long periodNanos;
  private final LongSupplier nanoTime;
  private long before;
  private long now;
  private long nowSinceNanos;

  /** Creates a count of zero. */
  public RecentCount(Duration period) {
    this(period, System::nanoTime);
  }

  /** Creates the same by another clock, such as {@link System#nanoTime()}. */
  public RecentCount(Duration period, LongSupplier nanoTime) {
    this.periodNanos = period.toNanos();
    this.nanoTime = nanoTime;
    this.nowSinceNanos = nanoTime.getAsLong();
  }

  /** Adds to the count, and returns the larger count of the two periods. */
  public long add(long count) {
    long elapsed = nanoTime.getAsLong() - nowSinceNanos;
    if (elapsed >= periodNanos) {
      before = elapsed < 2 * periodNanos ? now : 0;
      now = 0;
      nowSinceNanos += elapsed;
    }
    now += count;
    return Math.max(before, now);
  }
}
