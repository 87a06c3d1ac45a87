package dev.tenon.jobs;

import java.util.UUID;

/** There is no job with that id: there never was, or it is kept no longer. */
public final class JobNotFoundException extends JobsException {

  private static final long serialVersionUID = 1L;

  /** An exception for the job with this id. */
  public JobNotFoundException(UUID jobId) {
    super(
        "There is no job with id %s. It was never committed, or its retention is over."
            .formatted(jobId),
        null,
        jobId,
        null);
  }
}
