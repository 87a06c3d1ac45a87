package dev.tenon.jobs.internal.schedule;

import dev.tenon.jobs.internal.background.ExplainedFailure;

/** A schedule's expression or zone cannot be used, whoever has written it into the table. */
final class UnusableScheduleException extends RuntimeException implements ExplainedFailure {

  private static final long serialVersionUID = 1L;

  /** For what is wrong with the expression or the zone, which quotes nothing else. */
  UnusableScheduleException(IllegalArgumentException cause) {
    super(cause.getMessage(), cause);
  }

  @Override
  public String explanation() {
    String message = String.valueOf(getMessage());
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }
}
