package dev.tenon.jobs.definition;

import java.time.Duration;
import java.util.List;

/**
 * How often a job is attempted, and how long it waits after each failed attempt.
 *
 * @param maxAttempts attempts in all, the first one included; at least 1
 * @param delays the wait after the first, second, … failed attempt; the last one repeats. Empty: no
 *     wait.
 */
public record RetryPolicy(int maxAttempts, List<Duration> delays) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if {@code maxAttempts} is below 1 or a delay is negative
   */
  public RetryPolicy {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException(
          "maxAttempts is "
              + maxAttempts
              + "; it counts the first attempt, so it must be at least 1.");
    }
    delays = List.copyOf(delays);
    for (Duration delay : delays) {
      if (delay.isNegative()) {
        throw new IllegalArgumentException(
            "A retry delay is " + delay + "; it must not be negative.");
      }
    }
  }

  /**
   * A policy.
   *
   * @param maxAttempts attempts in all, the first one included
   * @param delays the waits between them
   */
  public static RetryPolicy of(int maxAttempts, Duration... delays) {
    return new RetryPolicy(maxAttempts, List.of(delays));
  }

  /** Whether a job whose attempt with this number (from 1) failed is attempted again. */
  public boolean retriesAfter(int attempt) {
    return attempt < maxAttempts;
  }

  /**
   * How long a job waits after its failed attempt.
   *
   * @param attempt the number of the attempt that failed, from 1
   */
  public Duration delayAfter(int attempt) {
    if (delays.isEmpty()) {
      return Duration.ZERO;
    }
    return delays.get(Math.min(Math.max(attempt, 1), delays.size()) - 1);
  }
}
