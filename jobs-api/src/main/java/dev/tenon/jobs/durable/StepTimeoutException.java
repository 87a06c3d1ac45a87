package dev.tenon.jobs.durable;

import dev.tenon.jobs.JobsException;
import java.time.Duration;
import java.util.UUID;

/** Thrown by a step that has taken longer than its timeout. */
public final class StepTimeoutException extends JobsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param jobType the job type
   * @param jobId the job
   * @param step the name of the step
   * @param timeout its timeout
   */
  public StepTimeoutException(String jobType, UUID jobId, String step, Duration timeout) {
    super(
        "Step '%s' of job %s took longer than its timeout of %s.".formatted(step, jobId, timeout),
        jobType,
        jobId,
        null);
  }
}
