package dev.tenon.jobs.cli.mcp;

/** Thrown when a request over HTTP is not served. */
final class HttpRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  HttpRefusal(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** The status of the response. */
  int status() {
    return status;
  }
}
