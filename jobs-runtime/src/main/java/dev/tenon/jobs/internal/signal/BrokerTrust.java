package dev.tenon.jobs.internal.signal;

import java.time.Duration;

/**
 * Decides whether a worker takes its jobs from RabbitMQ or from the table. It leaves RabbitMQ when
 * that has not worked for a while, and goes back when it works; but one that is lost again soon has
 * to work for a while first, and longer each time. Not thread-safe.
 */
final class BrokerTrust {

  /** After so long without RabbitMQ the table is asked. */
  static final Duration FALL_BACK_AFTER = Duration.ofSeconds(5);

  /** What RabbitMQ has to hold for so that its next loss counts as the first one. */
  static final Duration HELD = Duration.ofMinutes(1);

  private static final Duration FIRST_PROBATION = Duration.ofSeconds(1);
  private static final Duration MAX_PROBATION = Duration.ofMinutes(1);

  private boolean away;
  private boolean wentBack;
  private long wentBackNanos;

  /** How long RabbitMQ has to work before the table is left. */
  private Duration probation = Duration.ZERO;

  /**
   * Whether the table is asked.
   *
   * @param downFor for how long RabbitMQ has not worked; zero if it works
   * @param upFor for how long it has worked; zero if it does not
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
