package dev.tenon.jobs.definition;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rule for gathering the jobs of a batch handler, as {@code @Batch} declares it. Immutable and
 * thread-safe.
 *
 * @param <P> the payload record
 */
public final class BatchRule<P> {

  /** The maximum number of jobs that a batch may have. */
  public static final int MAX_JOBS = 500;

  /** The maximum time that a job may wait for others. */
  public static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final int maxJobs;
  private final Duration maxWait;
  private final @Nullable String property;
  private final Function<? super P, ? extends @Nullable Object> key;

  private BatchRule(
      int maxJobs,
      Duration maxWait,
      @Nullable String property,
      Function<? super P, ? extends @Nullable Object> key) {
    if (maxJobs < 2 || maxJobs > MAX_JOBS) {
      throw new IllegalArgumentException(
          "maxJobs is %d; it must be from 2 to %d.".formatted(maxJobs, MAX_JOBS));
    }
    if (maxWait.isNegative() || maxWait.isZero() || maxWait.compareTo(MAX_WAIT) > 0) {
      throw new IllegalArgumentException(
          "maxWait is %s; it must be positive and at most %s.".formatted(maxWait, MAX_WAIT));
    }
    this.maxJobs = maxJobs;
    this.maxWait = maxWait;
    this.property = property;
    this.key = Objects.requireNonNull(key, "key");
  }

  /**
   * A rule for batches of any jobs of the type.
   *
   * @param maxJobs the maximum number of jobs of a batch
   * @param maxWait the maximum time that a job waits for others
   * @throws IllegalArgumentException if one of them is out of range
   */
  public static <P> BatchRule<P> of(int maxJobs, Duration maxWait) {
    return new BatchRule<>(maxJobs, maxWait, null, payload -> null);
  }

  /**
   * A rule for batches of jobs that have a component of their payloads in common.
   *
   * @param maxJobs the maximum number of jobs of a batch
   * @param maxWait the maximum time that a job waits for others
   * @param property the JSON property with the component
   * @param key reads the component
   * @throws IllegalArgumentException if one of the numbers is out of range
   */
  public static <P> BatchRule<P> of(
      int maxJobs,
      Duration maxWait,
      String property,
      Function<? super P, ? extends @Nullable Object> key) {
    return new BatchRule<>(maxJobs, maxWait, Objects.requireNonNull(property, "property"), key);
  }

  /** The maximum number of jobs of a batch. */
  public int maxJobs() {
    return maxJobs;
  }

  /** The maximum time that a job waits for others. */
  public Duration maxWait() {
    return maxWait;
  }

  /**
   * The JSON property with the component that all jobs of a batch have in common; empty if there is
   * none.
   */
  public Optional<String> property() {
    return Optional.ofNullable(property);
  }

  /** The value that all jobs of a batch have in common, as a string; empty if there is none. */
  public String key(P payload) {
    return LimitKey.text(key.apply(payload));
  }
}
