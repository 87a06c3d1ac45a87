package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.runtime.JobsRuntimeBuilder;

/**
 * A bean that sets what {@code quarkus.tenon.*} has no property for, such as a supplier of the user
 * who is logged in. It is called last, and so has the last word.
 */
@FunctionalInterface
public interface JobsRuntimeBuilderCustomizer {

  /** Changes how the runtime is made. */
  void customize(JobsRuntimeBuilder builder);
}
