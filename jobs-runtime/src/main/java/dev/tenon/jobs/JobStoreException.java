package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/** The database cannot be reached, or refused a statement. What was asked for did not happen. */
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
