package dev.tenon.jobs.operate;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobTypeNotFoundException;
import dev.tenon.jobs.SubmitOptions;
import java.util.List;
import java.util.Optional;

/**
 * Looks at job types and changes, without a deployment, how their jobs are run: pauses a type, and
 * overrides what it declares. What is set here holds at once for all workers and submitters of all
 * processes, and until somebody takes it back, also over deployments. {@link JobService#types()}
 * gives it. Thread-safe.
 *
 * <p>A type is there once a process that declares it has been started. It may also be named by one
 * of its aliases, and what is set for it also holds for jobs that were submitted under these.
 * Methods that change something take the {@link Actor} who does it, and those that stop or slow
 * down the work of others also why: both are kept, and shown in {@link JobTypeState}, in the health
 * report and by {@link JobService#whyWaiting}.
 *
 * <p>Every method throws {@link JobStoreException} if the database cannot be reached, {@link
 * JobStoreRefusedException} if PostgreSQL refuses it, and {@link IllegalArgumentException} if a
 * text is longer than 1,000 bytes in UTF-8 or cannot be stored.
 */
public interface JobTypes {

  /** All job types that were ever declared, sorted by name. */
  List<JobTypeState> list();

  /** The job type of this name or alias; empty if no process that declares it was ever started. */
  Optional<JobTypeState> find(String type);

  /**
   * The job type of this name or alias.
   *
   * @throws JobTypeNotFoundException if no process that declares it was ever started
   */
  default JobTypeState get(String type) {
    return find(type).orElseThrow(() -> new JobTypeNotFoundException(type, List.of()));
  }

  /**
   * Pauses a type: no worker starts a job of it from now on. Jobs that run go on to their ends, and
   * new ones can be submitted; they wait. If the type is paused already, the first pause stays as
   * it is.
   *
   * @param type the name of the type
   * @param actor who pauses it, and why
   * @return the type as it is now
   * @throws JobTypeNotFoundException if there is no such type
   * @throws IllegalArgumentException if the actor gives no reason
   */
  JobTypeState pause(String type, Actor actor);

  /**
   * Ends the pause of a type: workers start its jobs within about a second. Nothing happens if it
   * is not paused.
   *
   * @param type the name of the type
   * @param actor who resumes it
   * @return the type as it is now
   * @throws JobTypeNotFoundException if there is no such type
   */
  JobTypeState resume(String type, Actor actor);

  /**
   * Sets values that hold in place of those that the type declares. They replace all earlier
   * overrides of the type.
   *
   * <p>Priority and attempts hold for jobs that are submitted from now on; {@link #applyToWaiting}
   * gives them to those that wait. A priority in {@link SubmitOptions} comes before them. Limits
   * hold for all jobs from now on, also for those that wait. If the type had no limit before, jobs
   * that run already are counted within a few seconds.
   *
   * @param type the name of the type
   * @param overrides what to override; may be empty, as {@link #clearOverrides} does it
   * @param actor who sets them, and why
   * @return the type as it is now
   * @throws JobTypeNotFoundException if there is no such type
   * @throws IllegalArgumentException if the actor gives no reason
   */
  JobTypeState override(String type, JobTypeOverrides overrides, Actor actor);

  /**
   * Takes all overrides of a type back: what it declares holds again. Jobs that have got a priority
   * or a number of attempts from an override keep it.
   *
   * @param type the name of the type
   * @param actor who does it
   * @return the type as it is now
   * @throws JobTypeNotFoundException if there is no such type
   */
  JobTypeState clearOverrides(String type, Actor actor);

  /**
   * Gives the jobs of a type that wait the priority and the number of attempts that new ones would
   * get; also those that were submitted with a priority of their own, since that is not noted
   * anywhere. It reads all jobs of the type that are kept, a thousand at a time, and may be called
   * again if it is cut short. With RabbitMQ, jobs whose priority changes are published once more.
   *
   * @param type the name of the type
   * @param actor who does it
   * @return how many jobs were changed
   * @throws JobTypeNotFoundException if there is no such type
   */
  long applyToWaiting(String type, Actor actor);
}
