package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to say that no other attempt can succeed: the job fails immediately. Name
 * exceptions that always mean this in {@code @JobType(noRetryOn = …)} instead.
 */
public class PermanentJobException extends JobsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the reason why no other attempt can succeed
   */
  public PermanentJobException(String message) {
    this(message, null);
  }

  /**
   * Creates the exception.
   *
   * @param message the reason why no other attempt can succeed
   * @param cause the cause; null if there is none
   */
  public PermanentJobException(String message, @Nullable Throwable cause) {
    super(message, null, null, cause);
  }
}
