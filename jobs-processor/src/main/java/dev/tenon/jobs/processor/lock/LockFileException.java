package dev.tenon.jobs.processor.lock;

/** The file cannot be used; the message says why, and what to do about it. */
final class LockFileException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String message;

  LockFileException(String message) {
    super(message);
    this.message = message;
  }

  /** At a line, from 1. */
  LockFileException(int line, String message) {
    this("line " + line + ": " + message);
  }

  @Override
  public String getMessage() {
    return message;
  }
}
