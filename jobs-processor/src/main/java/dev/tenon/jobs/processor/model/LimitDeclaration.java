package dev.tenon.jobs.processor.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * How many jobs of a type run at a time and start in a minute, as {@code @JobType} says it. The
 * attributes are as written and may be wrong.
 *
 * @param maxConcurrent how many jobs run at a time; 0 for no limit
 * @param rateLimitPerMinute how many jobs start in a minute; 0 for no limit
 * @param limitBy the component of the payload whose values take turns; empty for none
 * @param maxConcurrentPerKey how many jobs with the same value run at a time; 0 for no limit
 * @param rateLimitPerMinutePerKey how many jobs with the same value start in a minute; 0 for no
 *     limit
 */
public record LimitDeclaration(
    Attribute<Integer> maxConcurrent,
    Attribute<Integer> rateLimitPerMinute,
    Attribute<String> limitBy,
    Attribute<Integer> maxConcurrentPerKey,
    Attribute<Integer> rateLimitPerMinutePerKey) {

  /**
   * A limit with its name.
   *
   * @param name the attribute of {@code @JobType}
   * @param attribute its value
   */
  public record Limit(String name, Attribute<Integer> attribute) {

    /** Whether there is a limit. */
    public boolean isSet() {
      return attribute.value() != 0;
    }

    /** The limit; 0 for none. */
    public int value() {
      return attribute.value();
    }
  }

  /** The limit for all jobs that run at a time. */
  public Limit concurrency() {
    return new Limit("maxConcurrent", maxConcurrent);
  }

  /** The limit for all jobs that start in a minute. */
  public Limit rate() {
    return new Limit("rateLimitPerMinute", rateLimitPerMinute);
  }

  /** The limit for the jobs of a key that run at a time. */
  public Limit concurrencyPerKey() {
    return new Limit("maxConcurrentPerKey", maxConcurrentPerKey);
  }

  /** The limit for the jobs of a key that start in a minute. */
  public Limit ratePerKey() {
    return new Limit("rateLimitPerMinutePerKey", rateLimitPerMinutePerKey);
  }

  /** The limits that there are, those of all jobs first. */
  public List<Limit> set() {
    return Stream.of(concurrency(), rate(), concurrencyPerKey(), ratePerKey())
        .filter(Limit::isSet)
        .toList();
  }
}
