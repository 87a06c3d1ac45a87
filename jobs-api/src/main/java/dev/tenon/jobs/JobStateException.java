package dev.tenon.jobs;

import java.util.UUID;

/** Thrown when the status of a job does not allow the requested change. Nothing was changed. */
public final class JobStateException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final JobStatus status;

  /**
   * Creates the exception.
   *
   * @param message what was asked for, and what is possible
   * @param jobType the job type
   * @param jobId the job
   * @param status the status of the job
   */
  public JobStateException(String message, String jobType, UUID jobId, JobStatus status) {
    super(message, jobType, jobId, null);
    this.status = status;
  }

  /** The status of the job. */
  public JobStatus status() {
    return status;
  }
}
