package dev.tenon.jobs;

import java.time.Duration;

/**
 * Checks how long a job may be put off, and how long it may wait, within the range of PostgreSQL's
 * timestamps.
 */
final class Delays {

  private static final Duration MAX = Duration.ofDays(36_500);

  private Delays() {}

  /**
   * Returns the delay if it is valid.
   *
   * @throws IllegalArgumentException if it is negative, or longer than 100 years
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
   * @throws IllegalArgumentException if it is zero or negative, or longer than 100 years
   */
  static Duration checkedStart(Duration startWithin) {
    if (startWithin.isZero() || startWithin.isNegative() || startWithin.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          "startWithin is %s; it must be positive, and up to %,d days."
              .formatted(startWithin, MAX.toDays()));
    }
    return startWithin;
  }
}
