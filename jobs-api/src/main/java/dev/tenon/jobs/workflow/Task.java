package dev.tenon.jobs.workflow;

import dev.tenon.jobs.SubmitOptions;

/**
 * A task of a {@link Workflow} that is being built: a job, or several jobs. A task that waits for
 * nothing starts as soon as the workflow is submitted. Not thread-safe.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 *
 * @param <R> the result of the task: the result of its job, or the list of the results of its jobs,
 *     in the order of the jobs
 */
public interface Task<R> {

  /**
   * Makes the task wait until these tasks complete. If one of them fails or is cancelled, this task
   * is not started and ends as cancelled. It still starts if the other task is retried and
   * completes. For {@link Workflow#completedOf}, it is enough that the jobs of the other task end.
   *
   * @return this task
   * @throws IllegalArgumentException if a task belongs to another workflow, or is a follow-up
   */
  Task<R> after(Task<?> first, Task<?>... others);

  /**
   * Makes the task wait until these tasks end, in whatever way.
   *
   * @return this task
   * @throws IllegalArgumentException if a task belongs to another workflow, or is a follow-up
   */
  Task<R> afterEndOf(Task<?> first, Task<?>... others);

  /**
   * Makes the task a compensation: it is started if each of these tasks fails or is cancelled by
   * somebody. If one of them completes, or is not started because another task did not meet its
   * condition, this task is not needed, and ends as cancelled.
   *
   * @return this task
   * @throws IllegalArgumentException if a task belongs to another workflow, or is a follow-up
   */
  Task<R> afterFailureOf(Task<?> first, Task<?>... others);

  /**
   * Sets the priority, the item, the headers and the latest start of the task's jobs, and the delay
   * between the time when the task can start and the time when they are due. The jobs also have the
   * headers of the workflow.
   *
   * @return this task
   * @throws IllegalArgumentException if the options have a fixed time, which might be past when the
   *     task can start; or if the task is a workflow, because its own tasks have options
   */
  Task<R> with(SubmitOptions options);
}
