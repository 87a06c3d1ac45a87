package dev.tenon.jobs.operate;

import dev.tenon.jobs.Pause;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A schedule as it was when it was read. Immutable.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface JobSchedule {

  /**
   * The name; for a declared schedule, that of its job type and, if the schedule has its own name,
   * a colon and that name, such as {@code stock.count:nightly}.
   */
  String name();

  /** The job type. */
  String type();

  /**
   * Returns true if the application declares it with the job type, and false if it was made at run
   * time.
   */
  boolean isDeclared();

  /** The times of its runs. */
  Timing timing();

  /**
   * The options: what happens to runs that overlap or were missed, and the priority and item of the
   * jobs. If there is no priority, the jobs have that of their type.
   */
  ScheduleOptions options();

  /**
   * The time when the next run is submitted; empty while the schedule is paused, with a fixed delay
   * while a run has not ended, and if the schedule {@linkplain #hasEnded() has ended}.
   */
  Optional<Instant> nextRunAt();

  /**
   * Returns true if the schedule submits nothing more, because its next run would not be before its
   * {@linkplain ScheduleOptions#until() end}. It can still be run by hand.
   */
  boolean hasEnded();

  /** The time of the run that waits for an earlier one to end; empty if none waits. */
  Optional<Instant> waitingRunAt();

  /** The last run that was submitted; empty before the first. */
  Optional<Run> lastRun();

  /**
   * The time of the last run that was skipped, because an earlier one had not ended or because it
   * was too late; empty if none was.
   */
  Optional<Instant> leftOutAt();

  /** The reason why the schedule cannot run at the moment; empty if it can. */
  Optional<String> error();

  /** The pause; empty if the schedule is not paused. */
  Optional<Pause> pause();

  /** The time and the actor of its creation. */
  Change created();

  /** The time and the actor of the last change, pause or resumption. */
  Change changed();

  /** Returns true if the schedule is paused. */
  default boolean isPaused() {
    return pause().isPresent();
  }

  /** A run that was submitted. Immutable. */
  interface Run {

    /**
     * The time of the run: that of the cron expression, the end of the fixed delay, or the time
     * when somebody asked for it.
     */
    Instant at();

    /** The id of its job, which may no longer be kept. */
    UUID jobId();
  }

  /** A change of a schedule, or its creation. Immutable. */
  interface Change {

    /** The time of the change. */
    Instant at();

    /** The name of the actor; empty if the declaration in the application changed it. */
    Optional<String> by();
  }
}
