package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a runtime or a worker cannot start: the database cannot be reached or is not one that
 * Tenon supports, its schema is not the one that this version needs, or rights are missing. The
 * message names everything that is missing, and the setting, command or grant that fixes it.
 * Neither the message nor a cause holds a password.
 */
public final class JobsStartException extends JobsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is missing, and how to fix it
   * @param cause an exception with the stack trace of the problem, without messages of other
   *     libraries; null if no exception led to it
   */
  public JobsStartException(String message, @Nullable Throwable cause) {
    super(message, null, null, cause);
  }
}
