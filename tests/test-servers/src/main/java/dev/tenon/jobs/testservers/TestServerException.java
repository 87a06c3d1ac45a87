package dev.tenon.jobs.testservers;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a server or process that a test asked for does not exist, or did not do as requested.
 * The message says what was tried, what happened and, if there is one, the way out.
 */
public final class TestServerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TestServerException(String message) {
    super(message);
  }

  TestServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Restores the interrupt for the caller, and names what was being waited for. */
  static TestServerException interrupted(String waitedFor, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new TestServerException("Interrupted while waiting for " + waitedFor, cause);
  }
}
