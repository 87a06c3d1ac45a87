package dev.tenon.jobs.testservers;

import org.jspecify.annotations.Nullable;

/**
 * A server or process that a test asked for is not there, or did not do what it was told. The
 * message says what was tried, what came of it and, where there is one, the way out.
 */
public final class TestServerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TestServerException(String message) {
    super(message);
  }

  TestServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Keeps the interrupt for the caller and says what was being waited for. */
  static TestServerException interrupted(String waitedFor, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new TestServerException("Interrupted while waiting for " + waitedFor, cause);
  }
}
