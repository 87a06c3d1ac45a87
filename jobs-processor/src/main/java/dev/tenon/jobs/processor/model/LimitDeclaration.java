package dev.tenon.jobs.processor.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The limits on how many jobs of a type run at a time, and the rates of their starts, as
 * {@code @JobType} declares them. The attributes are as written and may be wrong.
 *
 * @param maxConcurrent how many jobs run at a time; 0 for no limit
 * @param rates the rates of starts; none for no limit
 * @param byKey each {@code @Limit}; a type can have one of them
 */
public record LimitDeclaration(
    Attribute<Integer> maxConcurrent, List<Attribute<String>> rates, List<ByKey> byKey) {

  /**
   * The contents of a {@code @Limit}.
   *
   * @param position the annotation
   * @param by the component of the payload whose values take turns
   * @param maxConcurrent how many jobs with the same value run at a time; 0 for no limit
   * @param rates the rates of starts for jobs with the same value; none for no limit
   */
  public record ByKey(
      SourcePosition position,
      Attribute<String> by,
      Attribute<Integer> maxConcurrent,
      List<Attribute<String>> rates) {

    /** The limit on the jobs of a key that run at a time. */
    public Limit concurrency() {
      return new Limit("maxConcurrent", true, maxConcurrent);
    }

    /** The rates that are right, in their order in the source. */
    public List<DeclaredRate> validRates() {
      return valid(rates);
    }
  }

  /**
   * A limit on running jobs, with its name.
   *
   * @param name the attribute
   * @param ofKey whether it belongs to {@code @Limit}, not to {@code @JobType}
   * @param attribute its value
   */
  public record Limit(String name, boolean ofKey, Attribute<Integer> attribute) {

    /** Returns whether there is a limit. */
    public boolean isSet() {
      return attribute.value() != 0;
    }

    /** The limit; 0 for none. */
    public int value() {
      return attribute.value();
    }
  }

  /** The limit on all jobs that run at a time. */
  public Limit concurrency() {
    return new Limit("maxConcurrent", false, maxConcurrent);
  }

  /** The rates that are right, in their order in the source. */
  public List<DeclaredRate> validRates() {
    return valid(rates);
  }

  /** The component that is the cost of a job; empty if no rates count costs. */
  public Optional<String> cost() {
    return Stream.concat(
            validRates().stream(), byKey.stream().flatMap(key -> key.validRates().stream()))
        .flatMap(rate -> rate.component().stream())
        .findFirst();
  }

  private static List<DeclaredRate> valid(List<Attribute<String>> rates) {
    return rates.stream().flatMap(rate -> DeclaredRate.parse(rate.value()).stream()).toList();
  }

  /** The limits by key that generated code contains; empty if there are none. */
  public Optional<ByKey> key() {
    return byKey.stream().findFirst();
  }
}
