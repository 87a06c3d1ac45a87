package dev.tenon.jobs.definition;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limits on how many jobs of a type may run at a time, and the rates of their starts, over all
 * workers. Immutable; each method returns a changed copy.
 */
public final class JobLimits {

  /** No limits. */
  public static final JobLimits NONE = new JobLimits(0, List.of(), 0, List.of());

  private static final int MAX_RATES = 4;

  private final int maxConcurrent;
  private final List<Rate> rates;
  private final int maxConcurrentPerKey;
  private final List<Rate> ratesPerKey;

  private JobLimits(
      int maxConcurrent, List<Rate> rates, int maxConcurrentPerKey, List<Rate> ratesPerKey) {
    this.maxConcurrent = checked("maxConcurrent", maxConcurrent);
    this.rates = checked("rates", rates);
    this.maxConcurrentPerKey = checked("maxConcurrentPerKey", maxConcurrentPerKey);
    this.ratesPerKey = checked("ratesPerKey", ratesPerKey);
  }

  private static int checked(String name, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "%s is %d; it must be at least 0, and 0 means no limit.".formatted(name, limit));
    }
    return limit;
  }

  private static List<Rate> checked(String name, List<Rate> rates) {
    if (rates.size() > MAX_RATES) {
      throw new IllegalArgumentException(
          "%s has %d rates; it can have up to %d.".formatted(name, rates.size(), MAX_RATES));
    }
    Set<Rate> smallest = new HashSet<>();
    for (Rate rate : rates) {
      if (!smallest.add(new Rate(1, rate.component(), rate.window()))) {
        throw new IllegalArgumentException(
            "%s has two rates for the same window: %s. Keep the smaller one."
                .formatted(name, rates));
      }
    }
    if (rates.stream().flatMap(rate -> rate.component().stream()).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "%s counts several components: %s. A job has one cost.".formatted(name, rates));
    }
    return List.copyOf(rates);
  }

  /**
   * A copy with this limit for the jobs that run at a time; 0 means no limit.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobLimits withMaxConcurrent(int maxConcurrent) {
    return new JobLimits(maxConcurrent, rates, maxConcurrentPerKey, ratesPerKey);
  }

  /**
   * A copy with these rates. All of them apply; an empty list means no limit.
   *
   * @throws IllegalArgumentException if there are more than four, two that count the same in the
   *     same window, or if they count different components
   */
  public JobLimits withRates(List<Rate> rates) {
    return new JobLimits(maxConcurrent, rates, maxConcurrentPerKey, ratesPerKey);
  }

  /**
   * A copy with this limit for the jobs of a key that run at a time; 0 means no limit.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public JobLimits withMaxConcurrentPerKey(int maxConcurrentPerKey) {
    return new JobLimits(maxConcurrent, rates, maxConcurrentPerKey, ratesPerKey);
  }

  /**
   * A copy with these rates for the jobs of each key. All of them apply; an empty list means no
   * limit.
   *
   * @throws IllegalArgumentException if there are more than four, two that count the same in the
   *     same window, or if they count different components
   */
  public JobLimits withRatesPerKey(List<Rate> ratesPerKey) {
    return new JobLimits(maxConcurrent, rates, maxConcurrentPerKey, ratesPerKey);
  }

  /** The limit for the jobs that run at a time; 0 for no limit. */
  public int maxConcurrent() {
    return maxConcurrent;
  }

  /** The rates of starts; empty for no limit. */
  public List<Rate> rates() {
    return rates;
  }

  /** The limit for the jobs of a key that run at a time; 0 for no limit. */
  public int maxConcurrentPerKey() {
    return maxConcurrentPerKey;
  }

  /** The rates of starts for the jobs of a key; empty for no limit. */
  public List<Rate> ratesPerKey() {
    return ratesPerKey;
  }

  /** Limits are equal if all four parts are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JobLimits that
        && maxConcurrent == that.maxConcurrent
        && rates.equals(that.rates)
        && maxConcurrentPerKey == that.maxConcurrentPerKey
        && ratesPerKey.equals(that.ratesPerKey);
  }

  @Override
  public int hashCode() {
    return Objects.hash(maxConcurrent, rates, maxConcurrentPerKey, ratesPerKey);
  }

  /** All limits, with their names. */
  @Override
  public String toString() {
    return "JobLimits[maxConcurrent=%s, rates=%s, maxConcurrentPerKey=%s, ratesPerKey=%s]"
        .formatted(maxConcurrent, rates, maxConcurrentPerKey, ratesPerKey);
  }
}
