package dev.tenon.jobs.internal.schedule;

import dev.tenon.jobs.internal.background.ExplainedFailure;

/** Thrown when the expression or the zone of a stored schedule cannot be used. */
final class UnusableScheduleException extends RuntimeException implements ExplainedFailure {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception for an error in the expression or the zone, whose message quotes nothing
   * else.
   */
  UnusableScheduleException(IllegalArgumentException cause) {
    super(cause.getMessage(), cause);
  }

  @Override
  public String explanation() {
    String message = String.valueOf(getMessage());
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }
}
