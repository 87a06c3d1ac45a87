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

  /** The name; for a declared schedule the name of its job type. */
  String name();

  /** The job type. */
  String type();

  /** Whether the application declares it with the job type; otherwise it was made at run time. */
  boolean isDeclared();

  /** When its runs take place. */
  Timing timing();

  /**
   * What happens to runs that overlap or were missed, and what the jobs have. Without a priority
   * they have that of their type.
   */
  ScheduleOptions options();

  /**
   * When the next run is submitted; empty while the schedule is paused and, with a fixed delay,
   * while a run has not ended.
   */
  Optional<Instant> nextRunAt();

  /** The time of the run that waits for an earlier one to end; empty if none waits. */
  Optional<Instant> waitingRunAt();

  /** The run that was submitted last; empty before the first. */
  Optional<Run> lastRun();

  /**
   * The time of the last run that was left out, since an earlier one had not ended or since it was
   * too late; empty if none was.
   */
  Optional<Instant> leftOutAt();

  /** Why the schedule cannot run at the moment; empty if it can. */
  Optional<String> error();

  /** Who has paused it and why; empty if nobody has. */
  Optional<Pause> pause();

  /** When and by whom it was made. */
  Change created();

  /** When and by whom it was last changed, paused or resumed. */
  Change changed();

  /** Whether somebody has paused it. */
  default boolean isPaused() {
    return pause().isPresent();
  }

  /** A run that was submitted. Immutable. */
  interface Run {

    /**
     * The time of the run: what the cron expression says, when the fixed delay had passed, or when
     * somebody asked for it.
     */
    Instant at();

    /** The id of its job, which may be kept no longer. */
    UUID jobId();
  }

  /** When a schedule was made or changed. Immutable. */
  interface Change {

    /** When. */
    Instant at();

    /** Who made the change; empty if the application did, by what it declares. */
    Optional<String> by();
  }
}
