package dev.tenon.jobs;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The root of what Tenon throws. The message says what to do about it. */
public class JobsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String jobType;
  private final @Nullable UUID jobId;

  /**
   * An exception.
   *
   * @param message what is wrong, and the way out
   * @param jobType the job type it is about; null if about none
   * @param jobId the job it is about; null if about none
   * @param cause what it comes from; null if from nothing
   */
  public JobsException(
      String message, @Nullable String jobType, @Nullable UUID jobId, @Nullable Throwable cause) {
    super(message, cause);
    this.jobType = jobType;
    this.jobId = jobId;
  }

  /** The job type it is about. */
  public Optional<String> jobType() {
    return Optional.ofNullable(jobType);
  }

  /** The job it is about. */
  public Optional<UUID> jobId() {
    return Optional.ofNullable(jobId);
  }
}
