package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.runtime.JobsRuntimeBuilder;

/**
 * A bean that sets what {@code tenon.*} has no property for, such as the data source for control.
 * It is called last, and so has the last word.
 */
@FunctionalInterface
public interface JobsRuntimeBuilderCustomizer {

  /** Changes how the runtime is made. */
  void customize(JobsRuntimeBuilder builder);
}
