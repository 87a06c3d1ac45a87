package dev.tenon.jobs.internal.background;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A rest after work that is done again and again: ten times as long as the work took, so that it
 * takes a tenth of the time at most, but no longer than it may be. For one thread at a time.
 */
public final class RestAfterWork {

  private static final int REST = 10;

  private static final Duration UNLIMITED = Duration.ofDays(1);

  private final long maxRestNanos;
  private final LongSupplier nanoTime;
  private long nextNanos;

  /** The work may begin immediately. */
  public RestAfterWork() {
    this(UNLIMITED);
  }

  /**
   * The work may begin immediately.
   *
   * @param maxRest how long it is at most, even if the work then takes more than a tenth of the
   *     time
   */
  public RestAfterWork(Duration maxRest) {
    this(maxRest, System::nanoTime);
  }

  /** The same by another clock, such as {@link System#nanoTime()}. */
  public RestAfterWork(Duration maxRest, LongSupplier nanoTime) {
    this.maxRestNanos = maxRest.toNanos();
    this.nanoTime = nanoTime;
    this.nextNanos = nanoTime.getAsLong();
  }

  /** Whether it is time to work again. */
  public boolean isOver() {
    return nanoTime.getAsLong() - nextNanos >= 0;
  }

  /**
   * Begins: the work was done, or has failed.
   *
   * @param startNanos when the work began, by the same clock
   */
  public void begin(long startNanos) {
    long now = nanoTime.getAsLong();
    nextNanos = now + Math.min(REST * (now - startNanos), maxRestNanos);
  }
}
