package dev.tenon.jobs.spring;

/** There is no data source for the jobs, or more than one. */
final class MissingDataSourceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String action;

  MissingDataSourceException(String message, String action) {
    super(message);
    this.action = action;
  }

  /** What mends it. */
  String action() {
    return action;
  }
}
