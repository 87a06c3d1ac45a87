package dev.tenon.jobs.internal.steps;

/** The reason that a handler should stop. */
public enum StopReason {
  /** Somebody has cancelled the job. */
  CANCELLED("it was cancelled"),
  /** The attempt takes longer than its timeout. */
  TIMED_OUT("its time is up"),
  /** The worker stops, and releases the job. */
  SHUTDOWN("the worker is shutting down"),
  /** The job no longer belongs to this worker. */
  LEASE_LOST("it was given to another worker");

  private final String text;

  StopReason(String text) {
    this.text = text;
  }

  /** Returns the reason as messages give it. */
  public String text() {
    return text;
  }
}
