package dev.tenon.jobs.operate;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.PayloadTooLargeException;
import dev.tenon.jobs.definition.JobDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The schedules that submit jobs automatically: those that job types declare, and those that are
 * made at run time. Each schedule is one row of a table. The process that does maintenance submits
 * the jobs, whether or not it knows the job type. Thread-safe. Every method throws {@link
 * JobStoreException} if the database cannot be reached, and {@link JobStoreRefusedException} if
 * PostgreSQL refuses the request.
 *
 * <p>The job of a run has an id that follows from the name of the schedule and the time of the run,
 * so a run is never submitted twice.
 */
public interface JobSchedules {

  /** All schedules, by name. */
  List<JobSchedule> list();

  /** The schedule with this name; empty if there is none. */
  Optional<JobSchedule> find(String name);

  /**
   * The schedule with this name.
   *
   * @throws JobScheduleNotFoundException if there is none
   */
  default JobSchedule get(String name) {
    return find(name).orElseThrow(() -> new JobScheduleNotFoundException(name));
  }

  /**
   * Makes a schedule, or replaces the one that was made at run time with this name. If it is
   * paused, it stays paused.
   *
   * <p>With a cron expression, the next run is the first one from now on, unless the expression and
   * the zone stay the same and the end is later than that run. With a fixed delay, the first run is
   * submitted now, and each further run when the delay has passed since the previous one ended:
   * completed, failed or cancelled. While a run waits, runs or is to be retried, no other one is
   * submitted. If the schedule that is replaced also has a fixed delay, the new delay counts from
   * the end of its last run.
   *
   * @param name the name, such as {@code report-of-shop-7}
   * @param definition the type of the jobs
   * @param payload the payload of each job
   * @param timing the times of its runs
   * @param options what happens to runs that overlap or were missed, and the priority and item of
   *     the jobs, and the end of the schedule; with a fixed delay, overlap, catch-up window and
   *     jitter must be those of {@link ScheduleOptions#defaults()}
   * @param actor who makes it
   * @return the schedule
   * @throws IllegalArgumentException if the name is blank, too long or cannot be stored; if the
   *     cron expression is wrong (the message has the column); if the options are only for cron
   *     expressions, and there is a fixed delay; if the schedule ends before its first run; or if
   *     the application declares a schedule with this name
   * @throws InvalidPayloadException if the payload does not meet its constraints
   * @throws PayloadTooLargeException if the payload is larger than the limit
   * @throws EncryptionKeyException if the key for sensitive values is not available
   */
  <P, R> JobSchedule put(
      String name,
      JobDefinition<P, R> definition,
      P payload,
      Timing timing,
      ScheduleOptions options,
      Actor actor);

  /**
   * Removes a schedule. Jobs that it has submitted remain. A declared schedule is created again
   * when an application that declares it starts; pause it instead, or change the declaration.
   *
   * @param name the name of the schedule
   * @param actor who removes it
   * @return true if there was one
   */
  boolean remove(String name, Actor actor);

  /**
   * Pauses a schedule: it submits nothing until it is resumed, even after a restart or a new
   * deployment. Jobs that it has already submitted run. If it is already paused, the first pause
   * stays as it is.
   *
   * @param name the name of the schedule
   * @param actor who pauses it, and why
   * @throws JobScheduleNotFoundException if there is none
   * @throws IllegalArgumentException if the actor gives no reason
   */
  void pause(String name, Actor actor);

  /**
   * Resumes a schedule. Its next run is the first one from now on: runs that it has missed while it
   * was paused are skipped; submit them with {@link #backfill}. With a fixed delay the next run is
   * due when the delay has passed since the end of the last run, which may be now. If it is not
   * paused, nothing happens.
   *
   * @param name the name of the schedule
   * @param actor who resumes it
   * @throws JobScheduleNotFoundException if there is none
   */
  void resume(String name, Actor actor);

  /**
   * Submits a job of the schedule now, even if it is paused or an earlier run has not ended. The
   * time of its next run does not change; a fixed delay counts from the end of this job.
   *
   * @param name the name of the schedule
   * @param actor who submits the job
   * @return the id of the job
   * @throws JobScheduleNotFoundException if there is none
   */
  UUID runNow(String name, Actor actor);

  /**
   * Submits jobs for the runs of a schedule in a range of time, by its current expression, even if
   * it is paused or earlier runs have not ended. A run that has already been submitted, by the
   * schedule or by an earlier backfill, is not submitted again as long as its job is kept. Future
   * runs are left to the schedule.
   *
   * @param name the name of the schedule
   * @param from the start of the range
   * @param to the end of the range, which does not belong to it
   * @param actor who submits the jobs
   * @return the ids of the jobs of all runs in the range, in the order of their times, including
   *     those that already existed
   * @throws JobScheduleNotFoundException if there is none
   * @throws IllegalArgumentException if {@code to} is before {@code from}, if there are more than
   *     10,000 runs, or if the schedule has a fixed delay, because its runs have no fixed times
   */
  List<UUID> backfill(String name, Instant from, Instant to, Actor actor);
}
