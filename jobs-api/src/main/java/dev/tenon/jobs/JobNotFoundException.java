package dev.tenon.jobs;

import java.util.UUID;

/**
 * Thrown when there is no job with the given id: it was never committed, or its retention has
 * ended.
 */
public final class JobNotFoundException extends JobsException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception for the job with this id. */
  public JobNotFoundException(UUID jobId) {
    super(
        "There is no job with id %s. It was never committed, or its retention has ended."
            .formatted(jobId),
        null,
        jobId,
        null);
  }
}
