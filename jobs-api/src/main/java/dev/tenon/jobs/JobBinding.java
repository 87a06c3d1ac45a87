package dev.tenon.jobs;

import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.StepsDefinition;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job type together with the handler that runs its jobs.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 * @param definition the job type
 * @param handler the handler; calls a batch handler with a single job
 * @param steps the steps, waits and cursor of the handler; empty if it has none
 * @param batch the batch handler; empty if the handler takes one job at a time
 */
public record JobBinding<P, R>(
    JobDefinition<P, R> definition,
    JobHandler<P, R> handler,
    Optional<StepsDefinition> steps,
    Optional<BatchBinding<P, R>> batch) {

  /**
   * Checks that no part is null.
   *
   * @throws IllegalArgumentException if the job type is external
   */
  public JobBinding {
    Objects.requireNonNull(definition, "definition");
    Objects.requireNonNull(steps, "steps");
    Objects.requireNonNull(batch, "batch");
    present(handler, definition);
    if (definition.isExternal()) {
      throw new IllegalArgumentException(
          "Job type '%s' is external, so a worker in another language runs its jobs; found the handler %s. Remove the handler, or remove external = true from the type's record."
              .formatted(
                  definition.type(),
                  batch.<Object>map(BatchBinding::handler).orElse(handler).getClass().getName()));
    }
  }

  /**
   * A job type with a handler that has no steps, waits or cursor.
   *
   * @throws IllegalArgumentException if the job type is external
   */
  public JobBinding(JobDefinition<P, R> definition, JobHandler<P, R> handler) {
    this(definition, handler, Optional.empty(), Optional.empty());
  }

  /**
   * A job type with a handler that has steps, waits or a cursor.
   *
   * @throws IllegalArgumentException if the job type is external
   */
  public JobBinding(
      JobDefinition<P, R> definition, JobHandler<P, R> handler, StepsDefinition steps) {
    this(definition, handler, Optional.of(steps), Optional.empty());
  }

  /**
   * A job type with a batch handler.
   *
   * @throws IllegalArgumentException if the job type is external
   */
  public JobBinding(
      JobDefinition<P, R> definition, BatchJobHandler<P, R> handler, BatchRule<P> rule) {
    this(
        definition,
        new BatchOfOne<>(present(handler, definition)),
        Optional.empty(),
        Optional.of(new BatchBinding<>(handler, rule)));
  }

  private static <H> H present(@Nullable H handler, JobDefinition<?, ?> definition) {
    return Objects.requireNonNull(
        handler,
        () ->
            "The handler of job type '%s' is null; give the constructor of the handlers class an instance."
                .formatted(definition.type()));
  }
}
