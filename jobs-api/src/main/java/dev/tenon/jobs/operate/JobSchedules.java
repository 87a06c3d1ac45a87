package dev.tenon.jobs.operate;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.PayloadTooLargeException;
import dev.tenon.jobs.definition.JobDefinition;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The schedules by which jobs are submitted automatically: those that job types declare, and those
 * that are made at run time. One row of a table says everything of a schedule; whichever process
 * does maintenance submits its jobs, whether or not it knows the job type. Thread-safe. Every
 * method throws {@link JobStoreException} if the database cannot be reached, and {@link
 * JobStoreRefusedException} if PostgreSQL refuses what was asked for.
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
   * Makes a schedule, or replaces the one that was made at run time with this name. Its next run is
   * the first one from now on, unless the expression and the zone stay the same. If it is paused,
   * it stays paused.
   *
   * @param name the name, such as {@code report-of-shop-7}
   * @param definition the type of the jobs
   * @param payload the payload of each job
   * @param cron a cron expression with five fields, as in {@link
   *     dev.tenon.jobs.annotation.Schedule#cron()}
   * @param zone its time zone
   * @param options what happens to runs that overlap or were missed, and what the jobs have
   * @param by who makes it: a user's id, or the name of a program
   * @return the schedule
   * @throws IllegalArgumentException if the expression is wrong, the message has the column; or if
   *     the application declares a schedule with this name, or {@code by} is blank
   * @throws InvalidPayloadException if the payload does not meet its constraints
   * @throws PayloadTooLargeException if the payload is larger than the limit
   * @throws EncryptionKeyException if the key for sensitive values cannot be had
   */
  <P, R> JobSchedule put(
      String name,
      JobDefinition<P, R> definition,
      P payload,
      String cron,
      ZoneId zone,
      ScheduleOptions options,
      String by);

  /**
   * Makes a schedule whose runs follow one another, or replaces the one that was made at run time
   * with this name. The first run is submitted now; each further one when the delay has passed
   * since the one before has ended: completed, failed or cancelled. While a run waits, runs or is
   * to be retried, no other one is submitted. If the schedule that is replaced has a fixed delay,
   * too, the new delay counts from the end of its last run. If it is paused, it stays paused.
   *
   * @param name the name, such as {@code import-of-shop-7}
   * @param definition the type of the jobs
   * @param payload the payload of each job
   * @param delay how long after the end of one run the next is due: 1 second to 365 days
   * @param options what the jobs have; what they say of runs that overlap or were missed, and of
   *     jitter, must be as in {@link ScheduleOptions#defaults()}
   * @param by who makes it: a user's id, or the name of a program
   * @return the schedule
   * @throws IllegalArgumentException if the delay is too short or too long, or if the options are
   *     only for cron expressions; or if the application declares a schedule with this name, or
   *     {@code by} is blank
   * @throws InvalidPayloadException if the payload does not meet its constraints
   * @throws PayloadTooLargeException if the payload is larger than the limit
   * @throws EncryptionKeyException if the key for sensitive values cannot be had
   */
  <P, R> JobSchedule putWithFixedDelay(
      String name,
      JobDefinition<P, R> definition,
      P payload,
      Duration delay,
      ScheduleOptions options,
      String by);

  /**
   * Removes a schedule. Jobs that it has submitted stay. A declared schedule is made again when an
   * application that declares it starts; pause it instead, or change the declaration.
   *
   * @return whether there was one
   */
  boolean remove(String name);

  /**
   * Pauses a schedule: it submits nothing until it is resumed, also after a restart or a new
   * deployment. Whoever has paused it before is replaced. Jobs that it has submitted run.
   *
   * @param by who pauses it: a user's id, or the name of a program
   * @param reason why
   * @throws JobScheduleNotFoundException if there is none
   * @throws IllegalArgumentException if {@code by} is blank
   */
  void pause(String name, String by, String reason);

  /**
   * Resumes a schedule. Its next run is the first one from now on: runs that it has missed while it
   * was paused are left out, and {@link #backfill} submits them. With a fixed delay it is due when
   * the delay has passed since the end of the last run, which may be now. If it is not paused,
   * nothing happens.
   *
   * @param by who resumes it: a user's id, or the name of a program
   * @throws JobScheduleNotFoundException if there is none
   * @throws IllegalArgumentException if {@code by} is blank
   */
  void resume(String name, String by);

  /**
   * Submits a job of the schedule now, even if it is paused or an earlier run has not ended. When
   * its next run is stays as it is; a fixed delay counts from the end of this job.
   *
   * @param by who submits the job: a user's id, or the name of a program
   * @return the id of the job
   * @throws JobScheduleNotFoundException if there is none
   * @throws IllegalArgumentException if {@code by} is blank
   */
  UUID runNow(String name, String by);

  /**
   * Submits jobs for the runs of a schedule in a range of time, as its expression says now, even if
   * it is paused or earlier runs have not ended. A run that has been submitted already, by the
   * schedule or by an earlier backfill, is not submitted again, as long as its job is kept. Runs
   * that are still to come are left to the schedule.
   *
   * @param from the start of the range
   * @param to its end, which does not belong to it
   * @param by who submits the jobs: a user's id, or the name of a program
   * @return the ids of the jobs of all runs in the range, in the order of their times, also of
   *     those that were there already
   * @throws JobScheduleNotFoundException if there is none
   * @throws IllegalArgumentException if {@code to} is before {@code from}, if there are more than
   *     10,000 runs, if {@code by} is blank, or if the schedule has a fixed delay, whose runs have
   *     no times of their own
   */
  List<UUID> backfill(String name, Instant from, Instant to, String by);
}
