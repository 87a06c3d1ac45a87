package dev.tenon.jobs.definition;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The number of attempts at a job, the delays after failed attempts, and the exceptions that are
 * not retried. Immutable and thread-safe.
 */
public final class RetryPolicy {

  /** The jitter of a policy that does not set it. */
  public static final double DEFAULT_JITTER = 0.1;

  private final int maxAttempts;
  private final List<Duration> delays;
  private final double jitter;
  private final List<Class<? extends Throwable>> noRetryOn;

  private RetryPolicy(
      int maxAttempts,
      List<Duration> delays,
      double jitter,
      List<Class<? extends Throwable>> noRetryOn) {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException(
          "maxAttempts is "
              + maxAttempts
              + "; it counts the first attempt, so it must be at least 1.");
    }
    for (Duration delay : delays) {
      if (delay.isNegative()) {
        throw new IllegalArgumentException(
            "A retry delay is " + delay + "; it must not be negative.");
      }
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("The jitter is " + jitter + "; it must be from 0 to 1.");
    }
    this.maxAttempts = maxAttempts;
    this.delays = List.copyOf(delays);
    this.jitter = jitter;
    this.noRetryOn = List.copyOf(noRetryOn);
  }

  /**
   * A policy with the default jitter that retries after every exception.
   *
   * @param maxAttempts the maximum number of attempts, including the first
   * @param delays the delays after the first, second, … failed attempt; the last one repeats
   * @throws IllegalArgumentException if {@code maxAttempts} is below 1, or a delay is negative
   */
  public static RetryPolicy of(int maxAttempts, Duration... delays) {
    return new RetryPolicy(maxAttempts, List.of(delays), DEFAULT_JITTER, List.of());
  }

  /**
   * A copy with this jitter.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public RetryPolicy withJitter(double jitter) {
    return new RetryPolicy(maxAttempts, delays, jitter, noRetryOn);
  }

  /** A copy that does not retry after these exceptions and their subclasses. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public final RetryPolicy withNoRetryOn(Class<? extends Throwable>... exceptions) {
    return new RetryPolicy(maxAttempts, delays, jitter, List.of(exceptions));
  }

  /**
   * Returns true if a job may be attempted again after this exception, provided that it has an
   * attempt left.
   */
  public boolean retriesOn(Throwable exception) {
    return noRetryOn.stream().noneMatch(type -> type.isInstance(exception));
  }

  /**
   * The delay after a failed attempt, without jitter.
   *
   * @param attempt the number of the attempt that failed, from 1
   */
  public Duration delayAfter(int attempt) {
    if (delays.isEmpty()) {
      return Duration.ZERO;
    }
    return delays.get(Math.min(Math.max(attempt, 1), delays.size()) - 1);
  }

  /**
   * The delay after a failed attempt, with jitter.
   *
   * @param attempt the number of the attempt that failed, from 1
   * @param random a random number from 0 to 1
   */
  public Duration delayAfter(int attempt, double random) {
    Duration delay = delayAfter(attempt);
    return delay.plusMillis(Math.round(delay.toMillis() * jitter * random));
  }

  /** The maximum number of attempts, including the first; at least 1. */
  public int maxAttempts() {
    return maxAttempts;
  }

  /**
   * The delays after the first, second, … failed attempt; the last one repeats. Empty for no delay.
   */
  public List<Duration> delays() {
    return delays;
  }

  /**
   * The jitter: how much longer a delay may be, at random, as a fraction of it. With 0.1 a delay of
   * 60 s takes 60 to 66 s. Jitter keeps jobs that failed together from coming back together; see <a
   * href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential
   * Backoff And Jitter</a>.
   */
  public double jitter() {
    return jitter;
  }

  /** The exceptions that are not retried, their subclasses included: the job fails immediately. */
  public List<Class<? extends Throwable>> noRetryOn() {
    return noRetryOn;
  }

  /** Options are equal if all of their values are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RetryPolicy that
        && maxAttempts == that.maxAttempts
        && delays.equals(that.delays)
        && Double.compare(jitter, that.jitter) == 0
        && noRetryOn.equals(that.noRetryOn);
  }

  @Override
  public int hashCode() {
    return Objects.hash(maxAttempts, delays, jitter, noRetryOn);
  }

  @Override
  public String toString() {
    return "RetryPolicy[maxAttempts=%s, delays=%s, jitter=%s, noRetryOn=%s]"
        .formatted(maxAttempts, delays, jitter, noRetryOn);
  }
}
