package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the database has not done what was requested: it cannot be reached, or could not do
 * it at that moment. The same call may succeed later. If PostgreSQL would refuse it again, the
 * exception is a {@link JobStoreRefusedException}.
 */
public sealed class JobStoreException extends JobsException permits JobStoreRefusedException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was tried, and what to do about it
   * @param jobType the job type that the call was about; null if none
   * @param cause the exception of the database or its driver
   */
  public JobStoreException(String message, @Nullable String jobType, Throwable cause) {
    super(message, jobType, null, cause);
  }
}
