package dev.tenon.jobs.operate;

import dev.tenon.jobs.JobsException;

/** Thrown when there is no schedule with the given name. */
public final class JobScheduleNotFoundException extends JobsException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception for the schedule with this name. */
  public JobScheduleNotFoundException(String name) {
    super(
        "There is no schedule with the name '%s'. A schedule that a job type declares has the name of the type, with a colon and its own name if it has one, and exists once an application that declares it has started. JobSchedules.list() returns all schedules."
            .formatted(name),
        null,
        null,
        null);
  }
}
