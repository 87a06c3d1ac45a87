package dev.tenon.jobs.operate;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
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
  private final @Nullable List<Rate> rates;
  private final @Nullable Integer maxConcurrentPerKey;
  private final @Nullable List<Rate> ratesPerKey;
  private final @Nullable Integer maxWaiting;

  private JobTypeOverrides(
      @Nullable JobPriority priority,
      @Nullable Integer maxAttempts,
      @Nullable Integer maxConcurrent,
      @Nullable List<Rate> rates,
      @Nullable Integer maxConcurrentPerKey,
      @Nullable List<Rate> ratesPerKey,
      @Nullable Integer maxWaiting) {
    this.priority = priority;
    this.maxAttempts = maxAttempts;
    this.maxConcurrent = maxConcurrent;
    this.rates = rates;
    this.maxConcurrentPerKey = maxConcurrentPerKey;
    this.ratesPerKey = ratesPerKey;
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
        rates,
        maxConcurrentPerKey,
        ratesPerKey,
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
        priority, maxAttempts, maxConcurrent, rates, maxConcurrentPerKey, ratesPerKey, maxWaiting);
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
        rates,
        maxConcurrentPerKey,
        ratesPerKey,
        maxWaiting);
  }

  /**
   * A copy with these rates of starts, over all workers; an empty list for no limit.
   *
   * @throws IllegalArgumentException if there are more than four, two that count the same in the
   *     same window, or if they count different components
   */
  public JobTypeOverrides withRates(List<Rate> rates) {
    return new JobTypeOverrides(
        priority,
        maxAttempts,
        maxConcurrent,
        JobLimits.NONE.withRates(rates).rates(),
        maxConcurrentPerKey,
        ratesPerKey,
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
        rates,
        checked("maxConcurrentPerKey", maxConcurrentPerKey),
        ratesPerKey,
        maxWaiting);
  }

  /**
   * A copy with these rates of starts for the jobs of each key, over all workers; an empty list for
   * no limit. Jobs of a type without {@code @Limit} all have the same key.
   *
   * @throws IllegalArgumentException if there are more than four, two that count the same in the
   *     same window, or if they count different components
   */
  public JobTypeOverrides withRatesPerKey(List<Rate> ratesPerKey) {
    return new JobTypeOverrides(
        priority,
        maxAttempts,
        maxConcurrent,
        rates,
        maxConcurrentPerKey,
        JobLimits.NONE.withRatesPerKey(ratesPerKey).ratesPerKey(),
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
        rates,
        maxConcurrentPerKey,
        ratesPerKey,
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

  /** The rates of starts, none for no limit; empty if they are not overridden. */
  public Optional<List<Rate>> rates() {
    return Optional.ofNullable(rates);
  }

  /**
   * The limit for the jobs of a key that run at a time, 0 for no limit; empty if it is not
   * overridden.
   */
  public OptionalInt maxConcurrentPerKey() {
    return optional(maxConcurrentPerKey);
  }

  /**
   * The rates of starts for the jobs of a key, none for no limit; empty if they are not overridden.
   */
  public Optional<List<Rate>> ratesPerKey() {
    return Optional.ofNullable(ratesPerKey);
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
        && Objects.equals(rates, that.rates)
        && Objects.equals(maxConcurrentPerKey, that.maxConcurrentPerKey)
        && Objects.equals(ratesPerKey, that.ratesPerKey)
        && Objects.equals(maxWaiting, that.maxWaiting);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        priority, maxAttempts, maxConcurrent, rates, maxConcurrentPerKey, ratesPerKey, maxWaiting);
  }

  /** The values that are overridden, such as {@code priority = LOW, maxConcurrent = 2}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    add(parts, "priority", priority);
    add(parts, "maxAttempts", maxAttempts);
    add(parts, "maxConcurrent", maxConcurrent);
    add(parts, "rates", rates);
    add(parts, "maxConcurrentPerKey", maxConcurrentPerKey);
    add(parts, "ratesPerKey", ratesPerKey);
    add(parts, "maxWaiting", maxWaiting);
    return parts.isEmpty() ? "none" : String.join(", ", parts);
  }

  private static void add(List<String> parts, String name, @Nullable Object value) {
    if (value != null) {
      parts.add(name + " = " + value);
    }
  }
}
