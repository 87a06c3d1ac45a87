package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.util.List;

/**
 * The handlers of a module. The annotation processor writes the implementations; their constructors
 * take every handler by its type, so a worker without all of its handlers does not compile.
 */
public interface JobHandlers {

  /**
   * The module whose job types are handled. It lists all of its types, even those that are handled
   * elsewhere, because the worker finds out from it which types share a queue.
   */
  ModuleDefinition module();

  /** Each job type with its handler, sorted by type. Those of included modules are part of it. */
  List<JobBinding<?, ?>> bindings();

  /**
   * The handlers of these job types only, for a separate worker. Heavy jobs then have their own
   * concurrency, and jobs that may crash their process do not run together with others.
   *
   * <p>Where the types share the RabbitMQ queue of their module with types that are not handled
   * here, such a worker consumes its own queue, which gets copies of the messages. A type with very
   * many jobs should name a routing key, which gives it a queue without copies.
   *
   * @param definitions the job types
   * @throws IllegalArgumentException if one of them is not handled here
   */
  default JobHandlers only(JobDefinition<?, ?>... definitions) {
    return SelectedHandlers.of(this, List.of(definitions), true);
  }

  /**
   * All handlers except those of these job types, for the worker that complements one made with
   * {@link #only}. It has its own queue in the same way.
   *
   * @param definitions the job types
   * @throws IllegalArgumentException if one of them is not handled here
   */
  default JobHandlers without(JobDefinition<?, ?>... definitions) {
    return SelectedHandlers.of(this, List.of(definitions), false);
  }
}
