package dev.tenon.jobs.workflow;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.TypedJobs;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Workflows that were submitted: reads them, adds jobs to them, and stops them. Thread-safe. Every
 * method throws {@link JobStoreException} if the database cannot be reached, and {@link
 * JobStoreRefusedException} if PostgreSQL refuses it. Those that change a workflow throw {@code
 * JobStoreException} also if somebody else's transaction holds it for seconds.
 */
public interface JobWorkflows {

  /** The workflow with this id; empty if there is none, or if it is no longer kept. */
  Optional<WorkflowState> find(UUID workflowId);

  /**
   * A page of the workflows that the query asks for, the newest first, without those that are tasks
   * of others. A query that takes longer than two seconds is given up.
   *
   * @throws IllegalArgumentException if a text in the query is one that no workflow can have, or if
   *     its cursor is of another method
   */
  Page<WorkflowState> list(WorkflowQuery query);

  /**
   * Adds jobs to a workflow that is open or has members that have not ended, so that one of its own
   * jobs can add more: all of them or, if it throws, none. If the workflow waits for another one,
   * or is a task that waits for others, so do they.
   *
   * @param payloads one for each job; may be empty
   * @return the ids of the jobs
   * @throws WorkflowNotFoundException if there is no such workflow
   * @throws IllegalStateException if the workflow has ended, or is a task that waits for others and
   *     has no jobs yet; or if it is empty, and the workflow that it waited for has been deleted;
   *     or if it would have more than 100,000 jobs
   * @throws InvalidPayloadException if a payload does not meet its constraints
   */
  <P, R> List<UUID> add(UUID workflowId, TypedJobs<P, R> type, List<? extends P> payloads);

  /**
   * Says that only its own jobs add more jobs to a workflow that was left open: it ends when its
   * members have ended. Does nothing to a workflow that was not left open, or is closed.
   *
   * @throws WorkflowNotFoundException if there is no such workflow
   */
  void close(UUID workflowId);

  /**
   * Cancels what has not ended of a workflow, with the workflows that are its tasks: what waits at
   * once, what runs when its handlers stop. Follow-ups start as they would if its jobs had been
   * cancelled one by one. A workflow that is open stays so.
   *
   * @param actor who cancels it
   * @return how many jobs were cancelled or are being signalled; a task with many jobs that has
   *     none yet counts as one
   * @throws WorkflowNotFoundException if there is no such workflow
   */
  int cancel(UUID workflowId, Actor actor);

  /**
   * Runs the failed and cancelled jobs of a workflow again, with those of the workflows that are
   * its tasks. A cancelled job that cannot start yet, since a task before it is run again as well,
   * starts when that one ends as it has to. Its events can come again then. A follow-up that failed
   * or was cancelled is run again too, unless its event can come again, which starts another job.
   *
   * @param actor who has it run again
   * @return how many jobs are run again at once; a task whose jobs could not be made counts as one
   * @throws WorkflowNotFoundException if there is no such workflow
   */
  int retry(UUID workflowId, Actor actor);

  /**
   * Starts no job of the workflow, nor of the workflows that are its tasks, from now on. What runs
   * goes on. Pausing it again does nothing.
   *
   * @param actor who pauses it, and why
   * @throws WorkflowNotFoundException if there is no such workflow
   * @throws IllegalArgumentException if the actor gives no reason, or a text cannot be stored
   */
  void pause(UUID workflowId, Actor actor);

  /**
   * Ends a pause. What waited for a later time is due at once.
   *
   * @param actor who resumes it
   * @throws WorkflowNotFoundException if there is no such workflow
   */
  void resume(UUID workflowId, Actor actor);
}
