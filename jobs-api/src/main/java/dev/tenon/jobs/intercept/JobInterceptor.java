package dev.tenon.jobs.intercept;

import dev.tenon.jobs.definition.JobDefinition;

/**
 * An interceptor of submissions or of handlers. Applications implement {@link SubmitInterceptor} or
 * {@link ExecutionInterceptor}, or both in one class.
 */
public interface JobInterceptor {

  /**
   * Returns true if the interceptor is for jobs of this type. By default it is for all types. The
   * answer must always be the same.
   *
   * <p>In a class that is both kinds, it decides about both. To leave out one of them for some
   * types, register the other one as a lambda, which applies to all types.
   */
  default boolean appliesTo(JobDefinition<?, ?> definition) {
    return true;
  }
}
