package dev.tenon.jobs.durable;

/**
 * Ends an attempt whose job waits: for a signal, for a time, for a person, or for another worker
 * because this one is shutting down. Tenon throws and catches it. An error, not an exception, so
 * that a handler that catches exceptions does not catch it; {@code finally} blocks run as usual. A
 * handler that catches it all the same cannot keep the attempt from ending: steps throw it again,
 * and a result is dropped.
 */
public final class JobSuspendedError extends Error {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error, without a stack trace.
   *
   * @param message what the job waits for
   */
  public JobSuspendedError(String message) {
    super(message, null, false, false);
  }
}
