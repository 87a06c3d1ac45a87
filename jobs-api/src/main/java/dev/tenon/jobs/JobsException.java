package dev.tenon.jobs;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The superclass of Tenon's exceptions. The message says what to do about the problem. */
public class JobsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String jobType;
  private final @Nullable UUID jobId;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, and what to do about it
   * @param jobType the job type that the exception is about; null if none
   * @param jobId the job that the exception is about; null if none
   * @param cause the cause; null if there is none
   */
  public JobsException(
      String message, @Nullable String jobType, @Nullable UUID jobId, @Nullable Throwable cause) {
    super(message, cause);
    this.jobType = jobType;
    this.jobId = jobId;
  }

  /** The job type that the exception is about. */
  public Optional<String> jobType() {
    return Optional.ofNullable(jobType);
  }

  /** The job that the exception is about. */
  public Optional<UUID> jobId() {
    return Optional.ofNullable(jobId);
  }
}
