package dev.tenon.jobs.operate;

import dev.tenon.jobs.annotation.JobPriority;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Values that replace those that a job type declares. Immutable; each method returns a changed
 * copy: {@code JobTypeOverrides.none().withMaxConcurrent(2).withPriority(LOW)}. Values that are not
 * set stay as declared.
 */
public final class JobTypeOverrides {

  private static final JobTypeOverrides NONE =
      new JobTypeOverrides(null, null, null, null, null, null, null);

  private final @Nullable JobPriority priority;
  private final @Nullable Integer maxAttempts;
  private final @Nullable Integer maxConcurrent;
  private final @Nullable Integer rateLimitPerMinute;
  private final @Nullable Integer maxConcurrentPerKey;
  private final @Nullable Integer rateLimitPerMinutePerKey;
  private final @Nullable Integer maxWaiting;

  private JobTypeOverrides(
      @Nullable JobPriority priority,
      @Nullable Integer maxAttempts,
      @Nullable Integer maxConcurrent,
      @Nullable Integer rateLimitPerMinute,
      @Nullable Integer maxConcurrentPerKey,
      @Nullable Integer rateLimitPerMinutePerKey,
      @Nullable Integer maxWaiting) {
    this.priority = priority;
    this.maxAttempts = maxAttempts;
    this.maxConcurrent = maxConcurrent;
    this.rateLimitPerMinute = rateLimitPerMinute;
    this.maxConcurrentPerKey = maxConcurrentPerKey;
    this.rateLimitPerMinutePerKey = rateLimitPerMinutePerKey;
    this.maxWaiting = maxWaiting;
  }

  /** Overrides without any value. */
  public static JobTypeOverrides none() {
    return NONE;
  }

  /** A copy with this priority for jobs that are submitted without one. */
  public JobTypeOverrides withPriority(JobPriority priority) {
    return new JobTypeOverrides(
        Objects.requireNonNull(priority, "priority"),
        maxAttempts,
        maxConcurrent,
        rateLimitPerMinute,
        maxConcurrentPerKey,
        rateLimitPerMinutePerKey,
        maxWaiting);
  }

  /**
   * A copy with this maximum number of attempts, including the first.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public JobTypeOverrides withMaxAttempts(int maxAttempts) {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException(
          "maxAttempts is %d; it must be at least 1, for the first attempt."
              .formatted(maxAttempts));
    }
    return new JobTypeOverrides(
        priority,
        maxAttempts,
        maxConcurrent,
        rateLimitPerMinute,
        maxConcurrentPerKey,
        rateLimitPerMinutePerKey,
        maxWaiting);
  }

  /**
   * A copy with this limit for the jobs that run at a time, over all workers; 0 for no limit.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobTypeOverrides withMaxConcurrent(int maxConcurrent) {
    return new JobTypeOverrides(
        priority,
        maxAttempts,
        checked("maxConcurrent", maxConcurrent),
        rateLimitPerMinute,
        maxConcurrentPerKey,
        rateLimitPerMinutePerKey,
        maxWaiting);
  }

  /**
   * A copy with this limit for the jobs that start in a minute, over all workers; 0 for no limit.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobTypeOverrides withRateLimitPerMinute(int rateLimitPerMinute) {
    return new JobTypeOverrides(
        priority,
        maxAttempts,
        maxConcurrent,
        checked("rateLimitPerMinute", rateLimitPerMinute),
        maxConcurrentPerKey,
        rateLimitPerMinutePerKey,
        maxWaiting);
  }

  /**
   * A copy with this limit for the jobs of one key that run at a time, over all workers; 0 for no
   * limit. Jobs of a type without {@code @Limit} all have the same key.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobTypeOverrides withMaxConcurrentPerKey(int maxConcurrentPerKey) {
    return new JobTypeOverrides(
        priority,
        maxAttempts,
        maxConcurrent,
        rateLimitPerMinute,
        checked("maxConcurrentPerKey", maxConcurrentPerKey),
        rateLimitPerMinutePerKey,
        maxWaiting);
  }

  /**
   * A copy with this limit for the jobs of one key that start in a minute, over all workers; 0 for
   * no limit. Jobs of a type without {@code @Limit} all have the same key.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobTypeOverrides withRateLimitPerMinutePerKey(int rateLimitPerMinutePerKey) {
    return new JobTypeOverrides(
        priority,
        maxAttempts,
        maxConcurrent,
        rateLimitPerMinute,
        maxConcurrentPerKey,
        checked("rateLimitPerMinutePerKey", rateLimitPerMinutePerKey),
        maxWaiting);
  }

  /**
   * A copy with this bound on how many jobs may wait, of a type with a {@code @Backlog}: in all, or
   * of one key. 0 means no bound. It has no effect on other types.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobTypeOverrides withMaxWaiting(int maxWaiting) {
    return new JobTypeOverrides(
        priority,
        maxAttempts,
        maxConcurrent,
        rateLimitPerMinute,
        maxConcurrentPerKey,
        rateLimitPerMinutePerKey,
        checked("maxWaiting", maxWaiting));
  }

  private static int checked(String name, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "%s is %d; it must be at least 0, and 0 means no limit.".formatted(name, limit));
    }
    return limit;
  }

  /** The priority of jobs that are submitted without one; empty if it is not overridden. */
  public Optional<JobPriority> priority() {
    return Optional.ofNullable(priority);
  }

  /** The maximum number of attempts, including the first; empty if it is not overridden. */
  public OptionalInt maxAttempts() {
    return optional(maxAttempts);
  }

  /** The limit for the jobs that run at a time, 0 for no limit; empty if it is not overridden. */
  public OptionalInt maxConcurrent() {
    return optional(maxConcurrent);
  }

  /**
   * The limit for the jobs that start in a minute, 0 for no limit; empty if it is not overridden.
   */
  public OptionalInt rateLimitPerMinute() {
    return optional(rateLimitPerMinute);
  }

  /**
   * The limit for the jobs of a key that run at a time, 0 for no limit; empty if it is not
   * overridden.
   */
  public OptionalInt maxConcurrentPerKey() {
    return optional(maxConcurrentPerKey);
  }

  /**
   * The limit for the jobs of a key that start in a minute, 0 for no limit; empty if it is not
   * overridden.
   */
  public OptionalInt rateLimitPerMinutePerKey() {
    return optional(rateLimitPerMinutePerKey);
  }

  /** The bound on how many jobs may wait, 0 for none; empty if it is not overridden. */
  public OptionalInt maxWaiting() {
    return optional(maxWaiting);
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** Returns true if nothing is overridden. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JobTypeOverrides that
        && priority == that.priority
        && Objects.equals(maxAttempts, that.maxAttempts)
        && Objects.equals(maxConcurrent, that.maxConcurrent)
        && Objects.equals(rateLimitPerMinute, that.rateLimitPerMinute)
        && Objects.equals(maxConcurrentPerKey, that.maxConcurrentPerKey)
        && Objects.equals(rateLimitPerMinutePerKey, that.rateLimitPerMinutePerKey)
        && Objects.equals(maxWaiting, that.maxWaiting);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        priority,
        maxAttempts,
        maxConcurrent,
        rateLimitPerMinute,
        maxConcurrentPerKey,
        rateLimitPerMinutePerKey,
        maxWaiting);
  }

  /** The values that are overridden, such as {@code priority = LOW, maxConcurrent = 2}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    add(parts, "priority", priority);
    add(parts, "maxAttempts", maxAttempts);
    add(parts, "maxConcurrent", maxConcurrent);
    add(parts, "rateLimitPerMinute", rateLimitPerMinute);
    add(parts, "maxConcurrentPerKey", maxConcurrentPerKey);
    add(parts, "rateLimitPerMinutePerKey", rateLimitPerMinutePerKey);
    add(parts, "maxWaiting", maxWaiting);
    return parts.isEmpty() ? "none" : String.join(", ", parts);
  }

  private static void add(List<String> parts, String name, @Nullable Object value) {
    if (value != null) {
      parts.add(name + " = " + value);
    }
  }
}
