package dev.tenon.jobs.operate;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it was when it was read. Immutable.
 *
 * @param name the name; for a declared schedule the name of its job type
 * @param type the job type
 * @param isDeclared whether the application declares it with the job type; false if it was made at
 *     run time
 * @param timing when its runs take place: a {@link Timing.Cron} or a {@link Timing.FixedDelay}
 * @param options what happens to runs that overlap or were missed, and what the jobs have; without
 *     a priority they have that of their type
 * @param nextRunAt when the next run is submitted; null while the schedule is paused and, with a
 *     fixed delay, while a run has not ended
 * @param waitingRunAt the time of the run that waits for an earlier one to end; null if none waits
 * @param lastRun the run that was submitted last; null before the first
 * @param leftOutAt the time of the last run that was left out, since an earlier one had not ended
 *     or since it was too late; null if none was
 * @param error why the schedule cannot run at the moment; null if it can
 * @param pause who has paused it and why; null if nobody has
 * @param created when and by whom it was made
 * @param changed when and by whom it was last changed, paused or resumed
 */
public record JobSchedule(
    String name,
    String type,
    boolean isDeclared,
    Timing timing,
    ScheduleOptions options,
    @Nullable Instant nextRunAt,
    @Nullable Instant waitingRunAt,
    @Nullable Run lastRun,
    @Nullable Instant leftOutAt,
    @Nullable String error,
    @Nullable Pause pause,
    Change created,
    Change changed) {

  /** Whether somebody has paused it. */
  public boolean isPaused() {
    return pause != null;
  }

  /**
   * A run that was submitted.
   *
   * @param at the time of the run: what the cron expression says, when the fixed delay had passed,
   *     or when somebody asked for it
   * @param jobId its job, which may be kept no longer
   */
  public record Run(Instant at, UUID jobId) {}

  /**
   * A pause.
   *
   * @param at since when
   * @param by who has paused the schedule
   * @param reason why
   */
  public record Pause(Instant at, String by, String reason) {}

  /**
   * A change.
   *
   * @param at when
   * @param by who has made it; null if the application did, by what it declares
   */
  public record Change(Instant at, @Nullable String by) {}
}
