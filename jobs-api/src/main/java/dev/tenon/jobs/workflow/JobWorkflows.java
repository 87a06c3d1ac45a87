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
 * Reads submitted workflows, adds jobs to them, and stops them. Thread-safe. Every method throws
 * {@link JobStoreException} if the database cannot be reached, and {@link JobStoreRefusedException}
 * if PostgreSQL refuses the request. Methods that change a workflow also throw {@code
 * JobStoreException} if another transaction keeps it locked for seconds.
 */
public interface JobWorkflows {

  /** The workflow with this id; empty if there is none, or if it is no longer kept. */
  Optional<WorkflowState> find(UUID workflowId);

  /**
   * The workflow that {@linkplain Workflow#uniqueBy(String) has this unique key}; empty if there is
   * none. It may have ended: it has the key until another workflow with the same name and key is
   * submitted, or until it is no longer kept.
   *
   * @param name the name of the workflow
   */
  Optional<WorkflowState> find(String name, String uniqueKey);

  /**
   * The workflow with this id, and all workflows that are tasks of it, at any depth. They are read
   * with two statements, however deep they are. Empty if there is none, or if it is no longer kept.
   */
  Optional<WorkflowTree> tree(UUID workflowId);

  /**
   * A page of the workflows that the query asks for, newest first, without those that are tasks of
   * others. A query that takes longer than two seconds is cancelled.
   *
   * @throws IllegalArgumentException if a string in the query is one that no workflow can have, or
   *     if its cursor is from another method
   */
  Page<WorkflowState> list(WorkflowQuery query);

  /**
   * Adds jobs to a workflow: all of them or, if it throws, none. The workflow must be open or have
   * members that have not ended, so a job of the workflow can always add more. If the workflow
   * waits for another one, or is a task that waits for others, so do the new jobs.
   *
   * @param payloads one payload for each job; may be empty
   * @return the ids of the jobs
   * @throws WorkflowNotFoundException if there is no such workflow
   * @throws IllegalStateException if the workflow has ended; if it is a task that waits for others
   *     and has no jobs yet; if it is empty and the workflow that it waited for has been deleted;
   *     or if it would have more than 100,000 jobs
   * @throws InvalidPayloadException if a payload does not meet its constraints
   * @throws dev.tenon.jobs.BacklogFullException if more jobs would wait than the type allows
   */
  <P, R> List<UUID> add(UUID workflowId, TypedJobs<P, R> type, List<? extends P> payloads);

  /**
   * Closes a workflow that was left open: only its own jobs can add more jobs, and it ends when its
   * members have ended. Does nothing if the workflow was not left open or is already closed.
   *
   * @throws WorkflowNotFoundException if there is no such workflow
   */
  void close(UUID workflowId);

  /**
   * Cancels the jobs of a workflow that have not ended, and those of the workflows that are its
   * tasks: waiting jobs immediately, running jobs when their handlers stop. Follow-ups start as
   * they would if the jobs had been cancelled one by one. A workflow that is open stays open.
   *
   * @param actor who cancels it
   * @return the number of jobs that were cancelled or asked to stop; a task with many jobs that has
   *     none yet counts as one
   * @throws WorkflowNotFoundException if there is no such workflow
   */
  int cancel(UUID workflowId, Actor actor);

  /**
   * Runs the failed and cancelled jobs of a workflow again, and those of the workflows that are its
   * tasks. If an earlier task is run again as well, a cancelled job waits until that task meets the
   * job's condition. The events of the workflow can then happen again. A follow-up that failed or
   * was cancelled is also run again, unless its event can happen again, which starts another job.
   *
   * @param actor who has it run again
   * @return the number of jobs that run again immediately; a task whose jobs could not be made
   *     counts as one
   * @throws WorkflowNotFoundException if there is no such workflow
   */
  int retry(UUID workflowId, Actor actor);

  /**
   * Runs a workflow that has ended again from one of its tasks, in one transaction. The task starts
   * again from its beginning, whether it had completed or not, and so does everything that depends
   * on it: the tasks that wait for it, for their end or their failure as well as for their success,
   * and those that wait for a workflow that contains such a task. Everything else keeps its result.
   * Payloads that were made from results are made again from the new ones; jobs of a task with many
   * jobs that were made in this way are deleted before. The events of the workflow can then happen
   * again, and start other follow-ups. Workflows that have started after this one are left as they
   * are.
   *
   * @param workflowId the workflow, or one that is a task of it
   * @param taskId the id of the task: of its job, or of the workflow that has its jobs. The id of
   *     the workflow itself stands for all of its tasks.
   * @param actor who has it run again
   * @return the number of jobs that were reset; a task whose jobs are made again counts as one
   * @throws WorkflowNotFoundException if there is no such workflow
   * @throws IllegalArgumentException if the workflow has no such task, or if it is a follow-up
   * @throws IllegalStateException if the workflow has not ended, or the task was skipped, because a
   *     task before it did not end as required
   */
  int runAgainFrom(UUID workflowId, UUID taskId, Actor actor);

  /**
   * Pauses a workflow: from now on, none of its jobs start, nor those of the workflows that are its
   * tasks. Running jobs continue. Pausing it again does nothing.
   *
   * @param actor who pauses it, and why
   * @throws WorkflowNotFoundException if there is no such workflow
   * @throws IllegalArgumentException if the actor gives no reason, or a string cannot be stored
   */
  void pause(UUID workflowId, Actor actor);

  /**
   * Ends a pause. Jobs that waited for a later time are due immediately.
   *
   * @param actor who resumes it
   * @throws WorkflowNotFoundException if there is no such workflow
   */
  void resume(UUID workflowId, Actor actor);
}
