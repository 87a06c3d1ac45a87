package dev.tenon.jobs;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler whose attempt failed, if it knows when the next one makes sense, for instance
 * because a server sent {@code Retry-After}. The attempt counts; if it was the last one, the job
 * fails.
 */
public class RetryJobException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final Duration delay;

  /**
   * Creates the exception.
   *
   * @param message why the attempt failed
   * @param delay how long the job waits, in place of its retry policy's delay
   * @param cause the cause; null if there is none
   * @throws IllegalArgumentException if the delay is negative or longer than 36,500 days
   */
  public RetryJobException(String message, Duration delay, @Nullable Throwable cause) {
    super(message, null, null, cause);
    this.delay = Delays.checked(delay);
  }

  /** The time that the job waits. */
  public Duration delay() {
    return delay;
  }
}
