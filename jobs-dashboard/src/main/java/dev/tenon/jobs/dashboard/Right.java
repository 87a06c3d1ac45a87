package dev.tenon.jobs.dashboard;

/** What a user of the dashboard may do. Each right has those before it. */
public enum Right {
  /** Nothing: the dashboard answers as if it were not there. */
  NONE,
  /** Looks at everything, payloads and logs included. */
  READ,
  /**
   * Submits, cancels and retries jobs, changes their priorities and times, runs schedules, and
   * pauses and resumes types, schedules and workflows.
   */
  ACT,
  /** Also deletes jobs and overrides what types declare. */
  ADMINISTER;

  /** Whether it is this right, or one that has it. */
  public boolean includes(Right other) {
    return ordinal() >= other.ordinal();
  }
}
