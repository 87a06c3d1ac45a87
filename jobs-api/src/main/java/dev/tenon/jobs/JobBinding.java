package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.StepsDefinition;
import java.util.Objects;
import java.util.Optional;

/**
 * A job type together with the handler that runs its jobs.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 * @param definition the job type
 * @param handler the handler
 * @param steps the steps, waits and cursor of the handler; empty if it has none
 */
public record JobBinding<P, R>(
    JobDefinition<P, R> definition, JobHandler<P, R> handler, Optional<StepsDefinition> steps) {

  /**
   * Checks that neither part is null.
   *
   * @throws IllegalArgumentException if the job type is external
   */
  public JobBinding {
    Objects.requireNonNull(definition, "definition");
    Objects.requireNonNull(steps, "steps");
    Objects.requireNonNull(
        handler,
        () ->
            "The handler of job type '%s' is null; give the constructor of the handlers class an instance."
                .formatted(definition.type()));
    if (definition.isExternal()) {
      throw new IllegalArgumentException(
          "Job type '%s' is external, so a worker in another language runs its jobs; found the handler %s. Remove the handler, or remove external = true from the type's record."
              .formatted(definition.type(), handler.getClass().getName()));
    }
  }

  /**
   * A job type with a handler that has no steps, waits or cursor.
   *
   * @throws IllegalArgumentException if the job type is external
   */
  public JobBinding(JobDefinition<P, R> definition, JobHandler<P, R> handler) {
    this(definition, handler, Optional.empty());
  }

  /**
   * A job type with a handler that has steps, waits or a cursor.
   *
   * @throws IllegalArgumentException if the job type is external
   */
  public JobBinding(
      JobDefinition<P, R> definition, JobHandler<P, R> handler, StepsDefinition steps) {
    this(definition, handler, Optional.of(steps));
  }
}
