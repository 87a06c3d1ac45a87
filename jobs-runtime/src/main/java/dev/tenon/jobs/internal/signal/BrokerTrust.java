package dev.tenon.jobs.internal.signal;

import java.time.Duration;

/**
 * Decides whether a worker takes its jobs from RabbitMQ or from the table. It abandons RabbitMQ
 * when that has not worked for a while, and returns when it works. If RabbitMQ is soon lost again,
 * it first has to work for a while, and longer each time. Not thread-safe.
 */
final class BrokerTrust {

  /** The time without RabbitMQ before the table is used. */
  static final Duration FALL_BACK_AFTER = Duration.ofSeconds(5);

  /** The time that RabbitMQ has to work before its next loss counts as the first one. */
  static final Duration HELD = Duration.ofMinutes(1);

  private static final Duration FIRST_PROBATION = Duration.ofSeconds(1);
  private static final Duration MAX_PROBATION = Duration.ofMinutes(1);

  private boolean away;
  private boolean wentBack;
  private long wentBackNanos;

  /** The time that RabbitMQ has to work before it is used again. */
  private Duration probation = Duration.ZERO;

  /**
   * Returns whether the table is used.
   *
   * @param downFor the time that RabbitMQ has not worked; zero if it works
   * @param upFor the time that it has worked; zero if it does not
   */
  boolean isAway(Duration downFor, Duration upFor, long nowNanos) {
    if (away && downFor.isZero() && upFor.compareTo(probation) >= 0) {
      away = false;
      wentBack = true;
      wentBackNanos = nowNanos;
    } else if (!away && downFor.compareTo(FALL_BACK_AFTER) > 0) {
      away = true;
      boolean hasHeld = !wentBack || nowNanos - downFor.toNanos() - wentBackNanos >= HELD.toNanos();
      probation = hasHeld ? Duration.ZERO : longer(probation);
    }
    return away;
  }

  private static Duration longer(Duration probation) {
    if (probation.isZero()) {
      return FIRST_PROBATION;
    }
    Duration doubled = probation.multipliedBy(2);
    return doubled.compareTo(MAX_PROBATION) < 0 ? doubled : MAX_PROBATION;
  }
}
