package dev.tenon.jobs.intercept;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.definition.JobDefinition;

/**
 * A call of a handler, for interceptors. Its {@code toString()} leaves out the payload.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface HandlerCall {

  /** The type of the job. */
  JobDefinition<?, ?> definition();

  /** The job, as the handler sees it. */
  JobContext context();

  /** The payload, decoded and validated. */
  Object payload();

  /**
   * Calls the next interceptor or, after the last one, the handler.
   *
   * @throws Exception what it throws
   * @throws IllegalStateException if it was called before, on another thread, or after the
   *     interceptor has returned
   */
  void proceed() throws Exception;
}
