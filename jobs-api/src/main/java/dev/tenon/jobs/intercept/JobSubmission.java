package dev.tenon.jobs.intercept;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import java.util.Optional;

/**
 * A job that is about to be submitted. Only valid during the call that it was passed to. Its {@code
 * toString()} leaves out the payload.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface JobSubmission {

  /** The type of the job. */
  JobDefinition<?, ?> definition();

  /** The name of the type. */
  default String type() {
    return definition().type();
  }

  /** The payload, which is valid; empty for a task of a workflow whose payload is made later. */
  Optional<Object> payload();

  /**
   * The options so far: those of the caller, with the headers of the workflow if the job belongs to
   * one, as the interceptors before this one have changed them.
   */
  SubmitOptions options();
}
