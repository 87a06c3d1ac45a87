package dev.tenon.jobs.processor.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A method with {@code @Step}. The attributes are as written and may be wrong.
 *
 * @param method the method
 * @param position the annotation
 * @param name the name of the step
 * @param aliases its earlier names
 * @param repeatable whether it may run again when it is unknown what became of it
 * @param timeout how long it may take; empty for no limit
 * @param maxAttempts its own attempts; 0 for none
 * @param retryDelays the waits between its own attempts
 * @param result what it returns; empty if it returns nothing
 */
public record StepMethod(
    HandlerMethod method,
    SourcePosition position,
    Attribute<String> name,
    List<Attribute<String>> aliases,
    Attribute<Boolean> repeatable,
    Attribute<String> timeout,
    Attribute<Integer> maxAttempts,
    Attribute<List<Attribute<String>>> retryDelays,
    Optional<StoredValue> result) {

  /** Earlier names of the step. */
  public List<String> aliasNames() {
    return aliases.stream().map(Attribute::value).toList();
  }

  /** The maximum duration; empty if the source has none, or not a valid one. */
  public Optional<Duration> timeoutDuration() {
    return Durations.parse(timeout.value());
  }

  /** The waits between attempts, without those that are not valid durations or not used. */
  public List<Duration> usedRetryDelays() {
    return retryDelays.value().stream()
        .limit(Math.max(0, maxAttempts.value() - 1))
        .map(delay -> Durations.parse(delay.value()))
        .flatMap(Optional::stream)
        .toList();
  }

  /** The same step with this result. */
  public StepMethod withResult(Optional<StoredValue> checked) {
    return new StepMethod(
        method, position, name, aliases, repeatable, timeout, maxAttempts, retryDelays, checked);
  }
}
