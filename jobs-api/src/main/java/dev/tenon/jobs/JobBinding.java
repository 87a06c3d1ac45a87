package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import java.util.Objects;

/**
 * A job type together with the handler that runs its jobs.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 * @param definition the job type
 * @param handler the handler
 */
public record JobBinding<P, R>(JobDefinition<P, R> definition, JobHandler<P, R> handler) {

  /**
   * Checks that neither part is null.
   *
   * @throws IllegalArgumentException if the job type is external
   */
  public JobBinding {
    Objects.requireNonNull(definition, "definition");
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
}
