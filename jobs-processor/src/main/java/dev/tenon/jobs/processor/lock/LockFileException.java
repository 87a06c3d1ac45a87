package dev.tenon.jobs.processor.lock;

/** Thrown if the lock file cannot be used. The message says why, and what to do about it. */
final class LockFileException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String message;

  LockFileException(String message) {
    super(message);
    this.message = message;
  }

  /** An exception at a line, counted from 1. */
  LockFileException(int line, String message) {
    this("line " + line + ": " + message);
  }

  @Override
  public String getMessage() {
    return message;
  }
}
