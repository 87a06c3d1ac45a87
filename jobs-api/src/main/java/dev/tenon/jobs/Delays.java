package dev.tenon.jobs;

import java.time.Duration;

/**
 * Checks how long a job may be put off, and how long it may wait, within the range of PostgreSQL's
 * timestamps.
 */
final class Delays {

  private static final Duration MAX = Duration.ofDays(36_500);
  private static final Duration MIN_START = Duration.ofMillis(1);

  private Delays() {}

  /**
   * Returns the delay if it is valid.
   *
   * @throws IllegalArgumentException if it is negative, or longer than 36,500 days
   */
  static Duration checked(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("The delay is " + delay + "; it must not be negative.");
    }
    if (delay.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          "The delay is %,d days; it may be up to %,d days."
              .formatted(delay.toDays(), MAX.toDays()));
    }
    return delay;
  }

  /**
   * Returns the time that a job must start within if it is valid.
   *
   * @throws IllegalArgumentException if it is shorter than 1 ms or longer than 36,500 days
   */
  static Duration checkedStart(Duration startWithin) {
    if (startWithin.compareTo(MIN_START) < 0 || startWithin.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          "startWithin is %s; it must be from 1 ms to %,d days."
              .formatted(startWithin, MAX.toDays()));
    }
    return startWithin;
  }
}
