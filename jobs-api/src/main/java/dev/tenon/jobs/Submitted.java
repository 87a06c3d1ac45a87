package dev.tenon.jobs;

import java.util.Objects;
import java.util.UUID;

/**
 * What became of a job that was submitted. Immutable and thread-safe.
 *
 * @param jobId the id of the job that stands for what was submitted
 * @param isNew whether that is a new job; false if there was a job with the same unique components
 *     already, or an earlier one in the same list
 */
public record Submitted(UUID jobId, boolean isNew) {

  /** Checks that there is an id. */
  public Submitted {
    Objects.requireNonNull(jobId, "jobId");
  }
}
