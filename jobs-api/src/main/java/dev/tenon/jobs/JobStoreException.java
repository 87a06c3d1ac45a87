package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/**
 * The database cannot be reached, or could not do what was asked for at that moment. The same call
 * may succeed later. What PostgreSQL would refuse again is a {@link JobStoreRefusedException}.
 */
public final class JobStoreException extends JobsException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception.
   *
   * @param message what was tried, and the way out
   * @param jobType the job type it is about; null if about none
   * @param cause what the database or its driver said
   */
  public JobStoreException(String message, @Nullable String jobType, Throwable cause) {
    super(message, jobType, null, cause);
  }
}
