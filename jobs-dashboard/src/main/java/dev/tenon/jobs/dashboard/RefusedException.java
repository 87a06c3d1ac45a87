package dev.tenon.jobs.dashboard;

/** Ends a request with an answer that says why. The message is shown to the user. */
class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The exception for what could not be done because of another one. */
  RefusedException(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  int status() {
    return status;
  }
}
