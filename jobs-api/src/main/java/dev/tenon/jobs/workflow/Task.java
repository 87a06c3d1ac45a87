package dev.tenon.jobs.workflow;

import dev.tenon.jobs.SubmitOptions;

/**
 * A task of a {@link Workflow} that is being put together: a job, or several jobs. A task that
 * waits for nothing starts as soon as the workflow is submitted. Not thread-safe.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 *
 * @param <R> the result of the task: what its handler returns, or the list of what its handlers
 *     return in the order of the jobs
 */
public interface Task<R> {

  /**
   * Has the task wait until these tasks complete. If one of them fails or is cancelled, this task
   * is not started: it ends as cancelled, and starts after all if the other one is retried and
   * completes.
   *
   * @return this task
   * @throws IllegalArgumentException if a task belongs to another workflow, or is a follow-up
   */
  Task<R> after(Task<?> first, Task<?>... others);

  /**
   * Has the task wait until these tasks end, in whatever way.
   *
   * @return this task
   * @throws IllegalArgumentException if a task belongs to another workflow, or is a follow-up
   */
  Task<R> afterEndOf(Task<?> first, Task<?>... others);

  /**
   * Makes the task a compensation: it is started if each of these tasks fails or is cancelled by
   * somebody. If one of them completes, or is not started since another task did not end as it had
   * to, this task is not needed, and ends as cancelled.
   *
   * @return this task
   * @throws IllegalArgumentException if a task belongs to another workflow, or is a follow-up
   */
  Task<R> afterFailureOf(Task<?> first, Task<?>... others);

  /**
   * Sets the priority of the task's jobs, what they belong to, and how long after the tasks before
   * them they are due.
   *
   * @return this task
   * @throws IllegalArgumentException if the options have a time at which the jobs are due, which
   *     might be past when the task can start; or if the task is a workflow, whose own tasks have
   *     options
   */
  Task<R> with(SubmitOptions options);
}
