package dev.tenon.jobs.processor.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The rule that makes a job of a type unique, as {@code @Unique} declares it. The attributes are as
 * written and may be wrong.
 *
 * @param position the annotation
 * @param components the components of the payload; empty if it names none, which is wrong
 * @param scope the name of the scope
 * @param period how long a job keeps others out in any case; empty for no such period
 * @param onDuplicate the name of the policy for a submit that duplicates a job
 */
public record UniqueDeclaration(
    SourcePosition position,
    List<Attribute<String>> components,
    Attribute<String> scope,
    Attribute<String> period,
    Attribute<String> onDuplicate) {

  /** The period; empty if the source has none, or not a valid duration. */
  public Optional<Duration> periodDuration() {
    return Durations.parse(period.value());
  }
}
