package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/**
 * A job type, as {@code @JobType} on its payload record declares it. The attributes are as written
 * and may be wrong. The methods return the values that generated code uses, with the default in
 * place of a wrong one.
 *
 * @param payload the payload record
 * @param position the annotation
 * @param type the name of the type
 * @param label the label; empty for the default
 * @param routingKey the routing key; empty for the default
 * @param result the class of the result
 * @param emits the class of the values that the handler emits; {@code Void} for none
 * @param timeout how long an attempt may take
 * @param maxAttempts the total number of attempts
 * @param retryDelays the waits between attempts
 * @param jitter how much longer a wait may be, as a share of it
 * @param noRetryOn exceptions that make a job fail immediately
 * @param retention how long a job is kept after it has ended
 * @param retentionOfFailed how long a failed or cancelled job is kept; empty for the same time
 * @param startWithin how late a job may start, from when it is due; empty for any time
 * @param priority the name of the priority
 * @param limits how many jobs run at a time, and the rates of their starts
 * @param backlog each {@code @Backlog}, the bound on how many jobs may wait; a type can have one
 * @param unique each {@code @Unique}, the rule that makes jobs unique; a type can have one
 * @param ordered each {@code @Ordered}, the rule that makes jobs run one after another; a type can
 *     have one
 * @param schedules when jobs are submitted automatically
 * @param members the members of the payload other than its components
 * @param version the version of the shapes of payload and result
 * @param aliases earlier names of the type
 * @param external whether a worker in another language handles the jobs
 */
public record JobDeclaration(
    ClassName payload,
    SourcePosition position,
    Attribute<String> type,
    Attribute<String> label,
    Attribute<String> routingKey,
    Attribute<ResultType> result,
    Attribute<ResultType> emits,
    Attribute<String> timeout,
    Attribute<Integer> maxAttempts,
    Attribute<List<Attribute<String>>> retryDelays,
    Attribute<Double> jitter,
    List<Attribute<TypeElement>> noRetryOn,
    Attribute<String> retention,
    Attribute<String> retentionOfFailed,
    Attribute<String> startWithin,
    Attribute<String> priority,
    LimitDeclaration limits,
    List<BacklogDeclaration> backlog,
    List<UniqueDeclaration> unique,
    List<OrderDeclaration> ordered,
    List<ScheduleDeclaration> schedules,
    PayloadMembers members,
    Attribute<Integer> version,
    List<Attribute<String>> aliases,
    Attribute<Boolean> external) {

  /**
   * The class of a result, or of what a handler emits.
   *
   * @param name its name
   * @param shaped whether it is a record or a sealed interface of records, and therefore has a
   *     validator
   * @param generic whether it has type parameters
   * @param notJson the reason why JSON cannot carry it; empty if it can
   */
  public record ResultType(
      TypeName name, boolean shaped, boolean generic, Optional<String> notJson) {}

  /** The name of the type. */
  public String typeName() {
    return type.value();
  }

  /** The class of the values that the handler emits; empty if there are none, or it is wrong. */
  public Optional<TypeName> emitted() {
    return emits.value().shaped() && !emits.value().generic()
        ? Optional.of(emits.value().name())
        : Optional.empty();
  }

  /** Earlier names of the type. */
  public List<String> aliasNames() {
    return aliases.stream().map(Attribute::value).toList();
  }

  /** Returns whether a worker in another language handles the jobs. */
  public boolean isExternal() {
    return external.value();
  }

  /** The generated class that holds the definition. */
  public ClassName definition() {
    return GeneratedNames.definition(payload);
  }

  /** The name of the method of the module's class that returns the type's jobs. */
  public String accessor() {
    return GeneratedNames.accessor(payload);
  }

  /** The label that people see. */
  public String labelOrDefault() {
    return label.value().isBlank() ? GeneratedNames.label(typeName()) : label.value();
  }

  /** The routing key. */
  public String routingKeyOrDefault() {
    return routingKey.explicit() ? routingKey.value() : GeneratedNames.routingKey(typeName());
  }

  /**
   * Returns whether the jobs wait in a queue with the name of the routing key, by the same rule as
   * the runtime's {@code JobDefinition}. The jobs of all other types of a module share one queue.
   */
  public boolean hasOwnQueue() {
    return routingKey.explicit() || isExternal();
  }

  /** The timeout of an attempt; empty if the source does not have a valid duration. */
  public Optional<Duration> timeoutDuration() {
    return Durations.parse(timeout.value());
  }

  /** The retention of a job; empty if the source does not have a valid duration. */
  public Optional<Duration> retentionDuration() {
    return Durations.parse(retention.value());
  }

  /** The retention of a failed job; empty if the source has none, or not a valid duration. */
  public Optional<Duration> retentionOfFailedDuration() {
    return Durations.parse(retentionOfFailed.value());
  }

  /**
   * The time that a job must start within; empty if the source has none, or not a valid duration.
   */
  public Optional<Duration> startWithinDuration() {
    return Durations.parse(startWithin.value());
  }

  /** The waits between attempts, without those that are not valid durations. */
  public List<Duration> retryDelayDurations() {
    return retryDelays.value().stream()
        .map(delay -> Durations.parse(delay.value()))
        .flatMap(Optional::stream)
        .toList();
  }
}
