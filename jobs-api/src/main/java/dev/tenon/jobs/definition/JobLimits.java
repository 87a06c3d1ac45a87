package dev.tenon.jobs.definition;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The limits on how many jobs of a type may run at a time and start in a minute, over all workers.
 * 0 means no limit. Immutable; each method returns a changed copy.
 */
public final class JobLimits {

  /** No limits. */
  public static final JobLimits NONE = new JobLimits(0, 0, 0, 0);

  private final int maxConcurrent;
  private final int rateLimitPerMinute;
  private final int maxConcurrentPerKey;
  private final int rateLimitPerMinutePerKey;

  private JobLimits(
      int maxConcurrent,
      int rateLimitPerMinute,
      int maxConcurrentPerKey,
      int rateLimitPerMinutePerKey) {
    check("maxConcurrent", maxConcurrent);
    check("rateLimitPerMinute", rateLimitPerMinute);
    check("maxConcurrentPerKey", maxConcurrentPerKey);
    check("rateLimitPerMinutePerKey", rateLimitPerMinutePerKey);
    this.maxConcurrent = maxConcurrent;
    this.rateLimitPerMinute = rateLimitPerMinute;
    this.maxConcurrentPerKey = maxConcurrentPerKey;
    this.rateLimitPerMinutePerKey = rateLimitPerMinutePerKey;
  }

  private static void check(String name, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "%s is %d; it must be at least 0, and 0 means no limit.".formatted(name, limit));
    }
  }

  /**
   * A copy with this limit for the jobs that run at a time.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobLimits withMaxConcurrent(int maxConcurrent) {
    return new JobLimits(
        maxConcurrent, rateLimitPerMinute, maxConcurrentPerKey, rateLimitPerMinutePerKey);
  }

  /**
   * A copy with this limit for the jobs that start in a minute.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobLimits withRateLimitPerMinute(int rateLimitPerMinute) {
    return new JobLimits(
        maxConcurrent, rateLimitPerMinute, maxConcurrentPerKey, rateLimitPerMinutePerKey);
  }

  /**
   * A copy with this limit for the jobs of a key that run at a time.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobLimits withMaxConcurrentPerKey(int maxConcurrentPerKey) {
    return new JobLimits(
        maxConcurrent, rateLimitPerMinute, maxConcurrentPerKey, rateLimitPerMinutePerKey);
  }

  /**
   * A copy with this limit for the jobs of a key that start in a minute.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobLimits withRateLimitPerMinutePerKey(int rateLimitPerMinutePerKey) {
    return new JobLimits(
        maxConcurrent, rateLimitPerMinute, maxConcurrentPerKey, rateLimitPerMinutePerKey);
  }

  /** The limit for the jobs that run at a time; 0 for no limit. */
  public int maxConcurrent() {
    return maxConcurrent;
  }

  /** The limit for the jobs that start in a minute; 0 for no limit. */
  public int rateLimitPerMinute() {
    return rateLimitPerMinute;
  }

  /** The limit for the jobs of a key that run at a time; 0 for no limit. */
  public int maxConcurrentPerKey() {
    return maxConcurrentPerKey;
  }

  /** The limit for the jobs of a key that start in a minute; 0 for no limit. */
  public int rateLimitPerMinutePerKey() {
    return rateLimitPerMinutePerKey;
  }

  /** Limits are equal if all four are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JobLimits that
        && maxConcurrent == that.maxConcurrent
        && rateLimitPerMinute == that.rateLimitPerMinute
        && maxConcurrentPerKey == that.maxConcurrentPerKey
        && rateLimitPerMinutePerKey == that.rateLimitPerMinutePerKey;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        maxConcurrent, rateLimitPerMinute, maxConcurrentPerKey, rateLimitPerMinutePerKey);
  }

  /** All four limits, with their names. */
  @Override
  public String toString() {
    return "JobLimits[maxConcurrent=%s, rateLimitPerMinute=%s, maxConcurrentPerKey=%s, rateLimitPerMinutePerKey=%s]"
        .formatted(
            maxConcurrent, rateLimitPerMinute, maxConcurrentPerKey, rateLimitPerMinutePerKey);
  }
}
