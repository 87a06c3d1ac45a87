package dev.tenon.jobs.definition;

/**
 * How many jobs of a type may run at a time and start in a minute, over all workers. 0 means no
 * limit. Immutable.
 *
 * @param maxConcurrent how many jobs run at a time
 * @param rateLimitPerMinute how many jobs start in a minute
 * @param maxConcurrentPerKey how many jobs with the same key run at a time
 * @param rateLimitPerMinutePerKey how many jobs with the same key start in a minute
 */
public record JobLimits(
    int maxConcurrent,
    int rateLimitPerMinute,
    int maxConcurrentPerKey,
    int rateLimitPerMinutePerKey) {

  /** No limit. */
  public static final JobLimits NONE = new JobLimits(0, 0, 0, 0);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one of them is negative
   */
  public JobLimits {
    check("maxConcurrent", maxConcurrent);
    check("rateLimitPerMinute", rateLimitPerMinute);
    check("maxConcurrentPerKey", maxConcurrentPerKey);
    check("rateLimitPerMinutePerKey", rateLimitPerMinutePerKey);
  }

  private static void check(String name, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "%s is %d; it must be at least 0, and 0 means no limit.".formatted(name, limit));
    }
  }

  /** A copy with this limit for the jobs that run at a time. */
  public JobLimits withMaxConcurrent(int maxConcurrent) {
    return new JobLimits(
        maxConcurrent, rateLimitPerMinute, maxConcurrentPerKey, rateLimitPerMinutePerKey);
  }

  /** A copy with this limit for the jobs that start in a minute. */
  public JobLimits withRateLimitPerMinute(int rateLimitPerMinute) {
    return new JobLimits(
        maxConcurrent, rateLimitPerMinute, maxConcurrentPerKey, rateLimitPerMinutePerKey);
  }

  /** A copy with this limit for the jobs of a key that run at a time. */
  public JobLimits withMaxConcurrentPerKey(int maxConcurrentPerKey) {
    return new JobLimits(
        maxConcurrent, rateLimitPerMinute, maxConcurrentPerKey, rateLimitPerMinutePerKey);
  }

  /** A copy with this limit for the jobs of a key that start in a minute. */
  public JobLimits withRateLimitPerMinutePerKey(int rateLimitPerMinutePerKey) {
    return new JobLimits(
        maxConcurrent, rateLimitPerMinute, maxConcurrentPerKey, rateLimitPerMinutePerKey);
  }
}
