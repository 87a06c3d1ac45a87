package dev.tenon.jobs.durable;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.Page;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Shows the steps, waits and signals of jobs, and changes them by hand. Thread-safe. Every method
 * throws {@link dev.tenon.jobs.JobStoreException} if the database cannot be reached.
 */
public interface JobSteps {

  /**
   * The steps and waits of a job, in the order they began; only the last 10,000 if there are more.
   * Empty if the job has none, or is no longer kept.
   */
  List<JobStep> ofJob(UUID jobId);

  /**
   * The signals that were sent to a job, in the order they arrived; only the last 1,000 if there
   * are more.
   */
  List<JobSignal> signalsOfJob(UUID jobId);

  /**
   * The cursor that the handler saved last, as JSON with sensitive values hidden; empty if none.
   */
  Optional<String> cursorOfJob(UUID jobId);

  /**
   * A page of the steps that are in doubt, those that have waited longest first: they have begun
   * and have no result, and the attempt that has begun them has ended; or a person has to decide.
   * Steps of jobs that have ended are included until the job is no longer kept.
   *
   * @param query which page, and how many steps on it
   * @throws IllegalArgumentException if the cursor is from another method
   */
  Page<JobStep> inDoubt(InDoubtQuery query);

  /**
   * Records that a step in doubt was done, with its result. The job continues.
   *
   * @param name the name of the step
   * @param key its key; empty for none
   * @param resultJson the result as JSON; null if the step returns nothing
   * @param actor who has found that out, and why
   * @throws JobNotFoundException if there is no such job
   * @throws JobStateException if the step is not in doubt, or the job has ended
   * @throws IllegalArgumentException if the result is not JSON, or is too large
   */
  void markDone(UUID jobId, String name, String key, @Nullable String resultJson, Actor actor);

  /**
   * Records that a step in doubt was not done. The job continues, and runs the step.
   *
   * @param name the name of the step
   * @param key its key; empty for none
   * @param actor who has found that out, and why
   * @throws JobNotFoundException if there is no such job
   * @throws JobStateException if the step is not in doubt, or the job has ended
   */
  void markNotDone(UUID jobId, String name, String key, Actor actor);

  /**
   * Runs a failed or cancelled job again from a step: the records of the step, and of all steps and
   * waits that began after it, are deleted, so these run again. Signals that ended such waits are
   * delivered again.
   *
   * @param name the name of the step or wait
   * @param key its key; empty for none
   * @param actor who has it run again, and why
   * @throws JobNotFoundException if there is no such job
   * @throws JobStateException if the job is neither failed nor cancelled, has no such record, or is
   *     a task of a workflow and an earlier task keeps it from starting
   */
  void runAgainFrom(UUID jobId, String name, String key, Actor actor);

  /**
   * Sends a signal by hand. It is validated if a module of this process knows it, and otherwise
   * when it is delivered.
   *
   * @param jobId the job
   * @param signal the name of the signal
   * @param json the signal as JSON
   * @param options its id and its key; the actor is the sender
   * @param actor who sends it
   * @return the job, and whether the signal is new
   * @throws JobNotFoundException if there is no such job
   * @throws SignalRefusedException if the job has ended, does not wait for this signal, or has
   *     1,000 signals that its handler has not taken
   * @throws InvalidSignalException if the signal does not meet its constraints
   * @throws IllegalArgumentException if the signal is not JSON, or is too large
   */
  SentSignal send(UUID jobId, String signal, String json, SignalOptions options, Actor actor);
}
