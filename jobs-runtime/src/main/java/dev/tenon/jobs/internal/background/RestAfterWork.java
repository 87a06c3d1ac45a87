package dev.tenon.jobs.internal.background;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A rest after repeated work: ten times as long as the work took, so that the work takes a tenth of
 * the time at most, but no longer than a maximum. For one thread at a time.
 */
public final class RestAfterWork {

  private static final int REST = 10;

  private static final Duration UNLIMITED = Duration.ofDays(1);

  private final long maxRestNanos;
  private final LongSupplier nanoTime;
  private long nextNanos;

  /** Creates a rest that has ended, so that the work may begin immediately. */
  public RestAfterWork() {
    this(UNLIMITED);
  }

  /**
   * Creates a rest that has ended, so that the work may begin immediately.
   *
   * @param maxRest the maximum length, even if the work then takes more than a tenth of the time
   */
  public RestAfterWork(Duration maxRest) {
    this(maxRest, System::nanoTime);
  }

  /** Creates the same by another clock, such as {@link System#nanoTime()}. */
  public RestAfterWork(Duration maxRest, LongSupplier nanoTime) {
    this.maxRestNanos = maxRest.toNanos();
    this.nanoTime = nanoTime;
    this.nextNanos = nanoTime.getAsLong();
  }

  /** Returns whether it is time to work again. */
  public boolean hasEnded() {
    return nanoTime.getAsLong() - nextNanos >= 0;
  }

  /**
   * Begins the rest, after the work was done or has failed.
   *
   * @param startNanos when the work began, by the same clock
   */
  public void begin(long startNanos) {
    long now = nanoTime.getAsLong();
    nextNanos = now + Math.min(REST * (now - startNanos), maxRestNanos);
  }
}
