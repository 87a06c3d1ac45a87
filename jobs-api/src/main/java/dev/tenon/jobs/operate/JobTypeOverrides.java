package dev.tenon.jobs.operate;

import dev.tenon.jobs.annotation.JobPriority;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Values that hold for a job type in place of those that it declares. Immutable; each method
 * returns a changed copy: {@code JobTypeOverrides.none().withMaxConcurrent(2).withPriority(LOW)}.
 * What is not set stays as declared.
 */
public final class JobTypeOverrides {

  private static final JobTypeOverrides NONE =
      new JobTypeOverrides(null, null, null, null, null, null);

  private final @Nullable JobPriority priority;
  private final @Nullable Integer maxAttempts;
  private final @Nullable Integer maxConcurrent;
  private final @Nullable Integer rateLimitPerMinute;
  private final @Nullable Integer maxConcurrentPerKey;
  private final @Nullable Integer rateLimitPerMinutePerKey;

  private JobTypeOverrides(
      @Nullable JobPriority priority,
      @Nullable Integer maxAttempts,
      @Nullable Integer maxConcurrent,
      @Nullable Integer rateLimitPerMinute,
      @Nullable Integer maxConcurrentPerKey,
      @Nullable Integer rateLimitPerMinutePerKey) {
    this.priority = priority;
    this.maxAttempts = maxAttempts;
    this.maxConcurrent = maxConcurrent;
    this.rateLimitPerMinute = rateLimitPerMinute;
    this.maxConcurrentPerKey = maxConcurrentPerKey;
    this.rateLimitPerMinutePerKey = rateLimitPerMinutePerKey;
  }

  /** Nothing is overridden. */
  public static JobTypeOverrides none() {
    return NONE;
  }

  /** A copy with this priority for jobs that name none when they are submitted. */
  public JobTypeOverrides withPriority(JobPriority priority) {
    return new JobTypeOverrides(
        Objects.requireNonNull(priority, "priority"),
        maxAttempts,
        maxConcurrent,
        rateLimitPerMinute,
        maxConcurrentPerKey,
        rateLimitPerMinutePerKey);
  }

  /**
   * A copy with this number of attempts in all, the first one included.
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
        rateLimitPerMinutePerKey);
  }

  /**
   * A copy with this limit for the jobs that run at a time, over all workers; 0 is no limit.
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
        rateLimitPerMinutePerKey);
  }

  /**
   * A copy with this limit for the jobs that start in a minute, over all workers; 0 is no limit.
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
        rateLimitPerMinutePerKey);
  }

  /**
   * A copy with this limit for the jobs of one key that run at a time, over all workers; 0 is no
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
        rateLimitPerMinutePerKey);
  }

  /**
   * A copy with this limit for the jobs of one key that start in a minute, over all workers; 0 is
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
        checked("rateLimitPerMinutePerKey", rateLimitPerMinutePerKey));
  }

  private static int checked(String name, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "%s is %d; it must be at least 0, and 0 means no limit.".formatted(name, limit));
    }
    return limit;
  }

  /** The priority of jobs that name none when they are submitted. */
  public Optional<JobPriority> priority() {
    return Optional.ofNullable(priority);
  }

  /** The number of attempts in all. */
  public OptionalInt maxAttempts() {
    return optional(maxAttempts);
  }

  /** How many jobs run at a time; 0 is no limit. */
  public OptionalInt maxConcurrent() {
    return optional(maxConcurrent);
  }

  /** How many jobs start in a minute; 0 is no limit. */
  public OptionalInt rateLimitPerMinute() {
    return optional(rateLimitPerMinute);
  }

  /** How many jobs of one key run at a time; 0 is no limit. */
  public OptionalInt maxConcurrentPerKey() {
    return optional(maxConcurrentPerKey);
  }

  /** How many jobs of one key start in a minute; 0 is no limit. */
  public OptionalInt rateLimitPerMinutePerKey() {
    return optional(rateLimitPerMinutePerKey);
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** Whether nothing is overridden. */
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
        && Objects.equals(rateLimitPerMinutePerKey, that.rateLimitPerMinutePerKey);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        priority,
        maxAttempts,
        maxConcurrent,
        rateLimitPerMinute,
        maxConcurrentPerKey,
        rateLimitPerMinutePerKey);
  }

  /** What is overridden, such as {@code priority = LOW, maxConcurrent = 2}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    add(parts, "priority", priority);
    add(parts, "maxAttempts", maxAttempts);
    add(parts, "maxConcurrent", maxConcurrent);
    add(parts, "rateLimitPerMinute", rateLimitPerMinute);
    add(parts, "maxConcurrentPerKey", maxConcurrentPerKey);
    add(parts, "rateLimitPerMinutePerKey", rateLimitPerMinutePerKey);
    return parts.isEmpty() ? "none" : String.join(", ", parts);
  }

  private static void add(List<String> parts, String name, @Nullable Object value) {
    if (value != null) {
      parts.add(name + " = " + value);
    }
  }
}
