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
 * Reads job types, and changes how their jobs are run without a deployment: pauses a type, and
 * overrides what it declares. Changes take effect immediately for all workers and submitters of all
 * processes. They last until somebody takes them back, even across deployments. {@link
 * JobService#types()} returns it. Thread-safe.
 *
 * <p>A type exists once a process that declares it has been started. It may also be named by one of
 * its aliases; its settings also apply to jobs that were submitted under an alias. Methods that
 * change something take the {@link Actor}. Those that stop or slow down the work of others require
 * a reason. Both are stored, and shown in {@link JobTypeState}, in the health report and by {@link
 * JobService#whyWaiting}.
 *
 * <p>Every method throws {@link JobStoreException} if the database cannot be reached, {@link
 * JobStoreRefusedException} if PostgreSQL refuses the request, and {@link IllegalArgumentException}
 * if a string is longer than 1,000 bytes in UTF-8 or cannot be stored.
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
   * Pauses a type: from now on, no worker starts its jobs. Running jobs run to completion. New jobs
   * can be submitted; they wait. If the type is already paused, the first pause stays as it is.
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
   * Sets values that replace those that the type declares. They also replace all earlier overrides
   * of the type.
   *
   * <p>Priority and attempts apply to jobs that are submitted from now on; {@link #applyToWaiting}
   * applies them to waiting jobs. A priority in {@link SubmitOptions} takes precedence. Limits
   * apply to all jobs from now on, including those that wait. If the type had no limit before, jobs
   * that are already running are counted within a few seconds.
   *
   * @param type the name of the type
   * @param overrides what to override; may be empty, which does the same as {@link #clearOverrides}
   * @param actor who sets them, and why
   * @return the type as it is now
   * @throws JobTypeNotFoundException if there is no such type
   * @throws IllegalArgumentException if the actor gives no reason, or a rate counts another
   *     component of the payload than the rates that the type declares
   */
  JobTypeState override(String type, JobTypeOverrides overrides, Actor actor);

  /**
   * Removes all overrides of a type: what it declares applies again. Jobs that got a priority or a
   * number of attempts from an override keep it.
   *
   * @param type the name of the type
   * @param actor who removes them
   * @return the type as it is now
   * @throws JobTypeNotFoundException if there is no such type
   */
  JobTypeState clearOverrides(String type, Actor actor);

  /**
   * Sets the share that a key of a type gets when the keys of its jobs take turns: one with a
   * weight of 3 starts three jobs where others start one, as long as it has due jobs and its limits
   * allow it. Up to 1,000 keys of a type can have a weight; all others have 1.
   *
   * @param type the name of the type
   * @param key the key: a value of the component that {@code @Limit} names
   * @param weight the weight, from 1 to 100; 1 removes the one that was set
   * @param actor who sets it, and why
   * @return the type as it is now
   * @throws JobTypeNotFoundException if there is no such type
   * @throws IllegalArgumentException if the actor gives no reason, the weight is out of its range,
   *     or too many keys have one
   */
  JobTypeState setKeyWeight(String type, String key, int weight, Actor actor);

  /**
   * Gives the waiting jobs of a type the priority and the number of attempts that new jobs would
   * get. This includes jobs that were submitted with an explicit priority, because it is not
   * recorded which those are. It reads all jobs of the type that are kept, a thousand at a time,
   * and may be called again if it is interrupted. With RabbitMQ, jobs whose priority changes are
   * published once more.
   *
   * @param type the name of the type
   * @param actor who makes the change
   * @return the number of jobs that were changed
   * @throws JobTypeNotFoundException if there is no such type
   */
  long applyToWaiting(String type, Actor actor);
}
