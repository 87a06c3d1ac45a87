package dev.tenon.jobs;

import java.time.Duration;
import java.util.UUID;

/**
 * Thrown when a job that a caller awaits has not ended in time. The job continues: {@link #jobId()}
 * has its id, to find it or to await it again.
 */
public final class JobAwaitTimeoutException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final Duration timeout;

  /**
   * Creates the exception.
   *
   * @param jobType the job type
   * @param jobId the job
   * @param timeout how long it was awaited
   */
  public JobAwaitTimeoutException(String jobType, UUID jobId, Duration timeout) {
    super(
        "Job %s of type '%s' has not ended within %s. It continues: await it again with result(jobId), or cancel it."
            .formatted(jobId, jobType, timeout),
        jobType,
        jobId,
        null);
    this.timeout = timeout;
  }

  /** The time that the job was awaited. */
  public Duration timeout() {
    return timeout;
  }
}
