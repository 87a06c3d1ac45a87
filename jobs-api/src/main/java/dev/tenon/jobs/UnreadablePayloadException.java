package dev.tenon.jobs;

/**
 * Thrown when a payload that is given as JSON cannot be read: it is not JSON, or does not have the
 * shape of its type. The message says where, and what was expected there. It never contains the
 * value that was found, which may be secret.
 */
public final class UnreadablePayloadException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final String path;
  private final int line;
  private final int column;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, and what to do about it
   * @param jobType the job type
   * @param path the component, such as {@code items[3].sku}; empty for the payload itself
   * @param line the line of the JSON, from 1
   * @param column the column of the JSON, from 1
   * @param cause the cause
   */
  public UnreadablePayloadException(
      String message, String jobType, String path, int line, int column, Throwable cause) {
    super(message, jobType, null, cause);
    this.path = path;
    this.line = line;
    this.column = column;
  }

  /**
   * The component that cannot be read, such as {@code items[3].sku}; empty for the payload itself.
   */
  public String path() {
    return path;
  }

  /** The line of the JSON where reading ended, from 1. */
  public int line() {
    return line;
  }

  /** The column of the JSON where reading ended, from 1. */
  public int column() {
    return column;
  }
}
