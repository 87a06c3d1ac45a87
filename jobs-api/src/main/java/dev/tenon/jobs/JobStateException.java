package dev.tenon.jobs;

import java.util.UUID;

/** A job does not stand where what was asked of it is possible. Nothing was changed. */
public final class JobStateException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final JobStatus status;

  /**
   * An exception.
   *
   * @param message what was asked, and what is possible
   * @param jobType the job type
   * @param jobId the job
   * @param status where the job stands
   */
  public JobStateException(String message, String jobType, UUID jobId, JobStatus status) {
    super(message, jobType, jobId, null);
    this.status = status;
  }

  /** Where the job stands. */
  public JobStatus status() {
    return status;
  }
}
