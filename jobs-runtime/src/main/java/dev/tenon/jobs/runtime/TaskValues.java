package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.values.Encryption;
import dev.tenon.jobs.internal.values.SensitiveValues;
import dev.tenon.jobs.internal.values.StoredValues;
import dev.tenon.jobs.internal.workflow.PreparationStore.Ready;
import dev.tenon.jobs.internal.workflow.PreparationStore.Result;
import dev.tenon.jobs.internal.workflow.PreparationStore.Results;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the drafts of workflow tasks and the results of earlier tasks, as stored JSON. Thread-safe.
 */
final class TaskValues {

  private final Map<String, JobDefinition<?, ?>> definitions;
  private final Encryption encryption;

  /**
   * Creates a reader for these types.
   *
   * @param definitions the types by their names; more may be added
   */
  TaskValues(Map<String, JobDefinition<?, ?>> definitions, Encryption encryption) {
    this.definitions = definitions;
    this.encryption = encryption;
  }

  /** The task with its draft and the results of earlier tasks decrypted. */
  Ready readable(Ready task, JobDefinition<?, ?> definition) {
    List<Results> results = new ArrayList<>();
    for (Results each : task.results()) {
      results.add(new Results(each.manyOf(), each.results().stream().map(this::readable).toList()));
    }
    return task.with(
        encryption.readablePayload(definition, task.id(), task.draft()), List.copyOf(results));
  }

  private Result readable(Result result) {
    String json = result.json();
    return json == null
        ? result
        : result.with(
            encryption.readableResult(
                Objects.requireNonNull(definitions.get(result.type())), result.jobId(), json));
  }

  /**
   * The sensitive values that were passed to the method that makes the payload, which must not be
   * quoted.
   */
  SensitiveValues sensitive(Ready task, JobDefinition<?, ?> definition) {
    SensitiveValues values = SensitiveValues.of(task.draft(), definition.sensitivePayload());
    for (Results each : task.results()) {
      for (Result result : each.results()) {
        JobDefinition<?, ?> of = definitions.get(result.type());
        if (of != null && result.json() != null) {
          values = values.and(SensitiveValues.of(result.json(), of.sensitiveResult()));
        }
      }
    }
    return values;
  }

  /** The results without those of jobs of other types, which a job of the task has added to it. */
  Results ofItsType(Results results) {
    JobDefinition<?, ?> type = results.manyOf() == null ? null : definitions.get(results.manyOf());
    if (type == null) {
      return results;
    }
    return new Results(
        results.manyOf(),
        results.results().stream()
            .filter(
                result -> {
                  JobDefinition<?, ?> other = definitions.get(result.type());
                  // A name that this process does not know may be another name of the type
                  return other == null || other == type;
                })
            .toList());
  }

  boolean knowsAll(Results results) {
    if (results.manyOf() != null && !definitions.containsKey(results.manyOf())) {
      return results.results().isEmpty();
    }
    return results.results().stream().allMatch(result -> definitions.containsKey(result.type()));
  }

  Object value(Result result) {
    return value(result, Objects.requireNonNull(definitions.get(result.type())));
  }

  private static <R> R value(Result result, JobDefinition<?, R> definition) {
    String json = result.json();
    if (json == null) {
      throw new JobsException(
          "Job %s of type '%s' has no result to make a payload from."
              .formatted(result.jobId(), result.type()),
          result.type(),
          result.jobId(),
          null);
    }
    return StoredValues.result(
        definition,
        result.jobId(),
        Objects.requireNonNull(result.version()),
        json,
        "of job %s of type '%s'".formatted(result.jobId(), result.type()));
  }

  static <P> @Nullable P draft(Ready task, JobDefinition<P, ?> definition) {
    return task.draft().equals("null")
        ? null
        : StoredValues.payload(
            definition,
            task.id(),
            task.version(),
            task.draft(),
            "of task %s of type '%s'".formatted(task.id(), task.type()));
  }
}
