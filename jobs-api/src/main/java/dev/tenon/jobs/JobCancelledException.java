package dev.tenon.jobs;

import java.util.UUID;

/** Thrown by {@link JobContext#checkCancelled()} to leave a handler that should stop. */
public final class JobCancelledException extends JobsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param jobType the job type
   * @param jobId the job
   * @param reason why the handler should stop
   */
  public JobCancelledException(String jobType, UUID jobId, String reason) {
    super(
        "Job %s of type '%s' should stop: %s.".formatted(jobId, jobType, reason),
        jobType,
        jobId,
        null);
  }
}
