package dev.tenon.jobs;

import java.util.Objects;
import java.util.UUID;

/**
 * The result of a submission. Immutable and thread-safe.
 *
 * @param jobId the id of the job that stands for what was submitted
 * @param isNew true if that is a new job; false if there already was a job with the same unique
 *     components, or one earlier in the same list
 */
public record Submitted(UUID jobId, boolean isNew) {

  /** Checks that there is an id. */
  public Submitted {
    Objects.requireNonNull(jobId, "jobId");
  }
}
