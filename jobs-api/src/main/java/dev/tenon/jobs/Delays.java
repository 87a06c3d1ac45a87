package dev.tenon.jobs;

import java.time.Duration;

/** Checks how long a job may be put off, within the range of PostgreSQL's timestamps. */
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
}
