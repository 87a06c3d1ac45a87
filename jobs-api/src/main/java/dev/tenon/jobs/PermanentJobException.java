package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to say that no other attempt can succeed: the job fails at once. For
 * exceptions that mean that anyway, name them in {@code @JobType(noRetryOn = …)} instead.
 */
public class PermanentJobException extends JobsException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception.
   *
   * @param message why no other attempt can succeed
   */
  public PermanentJobException(String message) {
    this(message, null);
  }

  /**
   * An exception.
   *
   * @param message why no other attempt can succeed
   * @param cause what it comes from; null if from nothing
   */
  public PermanentJobException(String message, @Nullable Throwable cause) {
    super(message, null, null, cause);
  }
}
