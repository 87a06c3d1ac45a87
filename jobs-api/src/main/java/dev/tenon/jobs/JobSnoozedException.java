package dev.tenon.jobs;

import java.time.Duration;
import java.util.UUID;

/** Thrown by a handler to put its job off. {@link JobContext#snooze} creates it. */
public final class JobSnoozedException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final Duration delay;

  /**
   * Creates the exception.
   *
   * @param jobType the job type
   * @param jobId the job
   * @param delay how long the job waits
   * @throws IllegalArgumentException if the delay is negative or longer than 36,500 days
   */
  public JobSnoozedException(String jobType, UUID jobId, Duration delay) {
    super(
        "Job %s of type '%s' is put off for %s.".formatted(jobId, jobType, delay),
        jobType,
        jobId,
        null);
    this.delay = Delays.checked(delay);
  }

  /** The time that the job waits. */
  public Duration delay() {
    return delay;
  }
}
