package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/**
 * A job type, as {@code @JobType} on its payload record declares it. The attributes are as written
 * and may be wrong; the methods give what generated code uses, with the default for what is wrong.
 *
 * @param payload the payload record
 * @param position the annotation
 * @param type the name of the type
 * @param label what people are shown; empty for the default
 * @param routingKey the routing key; empty for the default
 * @param result the class of the result
 * @param timeout how long an attempt may take
 * @param maxAttempts attempts in all
 * @param retryDelays waits between attempts
 * @param jitter how much longer a wait may be, as a share of it
 * @param noRetryOn exceptions after which a job fails at once
 * @param retention how long a job is kept after it has ended
 * @param retentionOfFailed how long a job is kept that has failed or was cancelled; empty for the
 *     same time
 * @param priority the name of the priority
 * @param limits how many jobs run at a time and start in a minute
 * @param unique each {@code @Unique}, which says what makes a job unique; a type can have one
 * @param schedules when jobs are submitted automatically
 * @param members what the payload has beside its components
 * @param version the version of the shapes of payload and result
 * @param aliases earlier names of the type
 * @param external whether a worker that is not Java handles the jobs
 */
public record JobDeclaration(
    ClassName payload,
    SourcePosition position,
    Attribute<String> type,
    Attribute<String> label,
    Attribute<String> routingKey,
    Attribute<ResultType> result,
    Attribute<String> timeout,
    Attribute<Integer> maxAttempts,
    Attribute<List<Attribute<String>>> retryDelays,
    Attribute<Double> jitter,
    List<Attribute<TypeElement>> noRetryOn,
    Attribute<String> retention,
    Attribute<String> retentionOfFailed,
    Attribute<String> priority,
    LimitDeclaration limits,
    List<UniqueDeclaration> unique,
    List<ScheduleDeclaration> schedules,
    PayloadMembers members,
    Attribute<Integer> version,
    List<Attribute<String>> aliases,
    Attribute<Boolean> external) {

  /**
   * The class of a result.
   *
   * @param name its name
   * @param shaped whether it is a record or a sealed interface of records, and so has a validator
   * @param generic whether it has type parameters
   * @param notJson why JSON cannot carry it; empty if it can
   */
  public record ResultType(
      TypeName name, boolean shaped, boolean generic, Optional<String> notJson) {}

  /** The name of the type. */
  public String typeName() {
    return type.value();
  }

  /** Earlier names of the type. */
  public List<String> aliasNames() {
    return aliases.stream().map(Attribute::value).toList();
  }

  /** Whether a worker that is not Java handles the jobs. */
  public boolean isExternal() {
    return external.value();
  }

  /** The generated class that holds the definition. */
  public ClassName definition() {
    return GeneratedNames.definition(payload);
  }

  /** The method of the module's class that gives the type's jobs. */
  public String accessor() {
    return GeneratedNames.accessor(payload);
  }

  /** What people are shown. */
  public String labelOrDefault() {
    return label.value().isBlank() ? GeneratedNames.label(typeName()) : label.value();
  }

  /** The routing key. */
  public String routingKeyOrDefault() {
    return routingKey.explicit() ? routingKey.value() : GeneratedNames.routingKey(typeName());
  }

  /**
   * Whether the jobs wait in a queue that has the name of the routing key, as {@code JobDefinition}
   * of the runtime says it. Those of all other types of a module wait in one queue.
   */
  public boolean hasOwnQueue() {
    return routingKey.explicit() || isExternal();
  }

  /** How long an attempt may take; empty where what is written is no duration. */
  public Optional<Duration> timeoutDuration() {
    return Durations.parse(timeout.value());
  }

  /** How long a job is kept; empty where what is written is no duration. */
  public Optional<Duration> retentionDuration() {
    return Durations.parse(retention.value());
  }

  /** How long a failed job is kept; empty where what is written is no duration, or nothing is. */
  public Optional<Duration> retentionOfFailedDuration() {
    return Durations.parse(retentionOfFailed.value());
  }

  /** The waits between attempts, without those that are no durations. */
  public List<Duration> retryDelayDurations() {
    return retryDelays.value().stream()
        .map(delay -> Durations.parse(delay.value()))
        .flatMap(Optional::stream)
        .toList();
  }
}
