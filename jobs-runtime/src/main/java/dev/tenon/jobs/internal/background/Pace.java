package dev.tenon.jobs.internal.background;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Sees to it that something that is done again and again takes a tenth of the time at most: after
 * it has taken long, it rests for ten times as long, or for as long as it may rest. For one thread
 * at a time.
 */
public final class Pace {

  private static final int REST = 10;

  private static final Duration UNLIMITED = Duration.ofDays(1);

  private final long maxRestNanos;
  private final LongSupplier nanoTime;
  private long nextNanos;

  /** The first time is at once. */
  public Pace() {
    this(UNLIMITED);
  }

  /**
   * The first time is at once.
   *
   * @param maxRest for how long it rests at most, even if it then takes more than a tenth
   */
  public Pace(Duration maxRest) {
    this(maxRest, System::nanoTime);
  }

  /** The same by another clock, such as {@link System#nanoTime()}. */
  public Pace(Duration maxRest, LongSupplier nanoTime) {
    this.maxRestNanos = maxRest.toNanos();
    this.nanoTime = nanoTime;
    this.nextNanos = nanoTime.getAsLong();
  }

  /** Whether it is time to do it. */
  public boolean isDue() {
    return nanoTime.getAsLong() - nextNanos >= 0;
  }

  /**
   * Notes that it was done, or has failed.
   *
   * @param startNanos when that began, by the same clock
   */
  public void wasDone(long startNanos) {
    long now = nanoTime.getAsLong();
    nextNanos = now + Math.min(REST * (now - startNanos), maxRestNanos);
  }
}
