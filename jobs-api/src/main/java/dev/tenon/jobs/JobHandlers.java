package dev.tenon.jobs;

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
}
