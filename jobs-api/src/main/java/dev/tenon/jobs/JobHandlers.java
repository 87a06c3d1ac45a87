package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobModule;
import java.util.List;

/**
 * The handlers of a module. The annotation processor writes the implementations; their constructors
 * ask for every handler by its type, so a worker without all of its handlers does not compile.
 */
public interface JobHandlers {

  /** The module whose job types are handled. */
  JobModule module();

  /** Each job type with its handler, sorted by type, those of included modules among them. */
  List<JobBinding<?, ?>> bindings();

  /**
   * The handlers of these job types alone, for a worker of their own: heavy jobs get a concurrency
   * of their own, and jobs that may take their process down do not run beside others.
   *
   * @param definitions the job types
   * @throws IllegalArgumentException if one of them is not handled here
   */
  default JobHandlers only(JobDefinition<?, ?>... definitions) {
    return SelectedHandlers.of(this, List.of(definitions), true);
  }

  /**
   * All handlers but those of these job types, for the worker beside one with {@link #only}.
   *
   * @param definitions the job types
   * @throws IllegalArgumentException if one of them is not handled here
   */
  default JobHandlers without(JobDefinition<?, ?>... definitions) {
    return SelectedHandlers.of(this, List.of(definitions), false);
  }
}
