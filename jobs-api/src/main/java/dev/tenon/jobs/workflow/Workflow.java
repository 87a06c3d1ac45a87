package dev.tenon.jobs.workflow;

import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.internal.plan.PlannedWorkflow;
import java.util.List;
import java.util.UUID;

/**
 * Jobs that belong together: a batch, a chain, or any graph of tasks that wait for each other. It
 * is put together here and submitted as a whole, by {@link JobSubmitter#submit(Workflow)}.
 *
 * <pre>{@code
 * Workflow release = Workflow.named("design.release");
 * Task<CloneReport> clone = release.add(jobs.designClone(), new DesignClone(designId));
 * Task<List<ConvertReport>> parts =
 *     release.addEach(jobs.partConvert(), PartConvertJob.OF_CLONE, clone);
 * release.add(jobs.designRelease(), DesignReleaseJob.OF_PARTS, parts);
 * release.onAllSettled(jobs.notify(), new Notify(userId, "The release has ended."));
 * UUID id = service.submit(release).id();
 * }</pre>
 *
 * <p>What a task takes from the tasks before it is checked by the compiler: a result of another
 * type does not compile. What follows from the end of a job is decided in the transaction that ends
 * it. Unique components of a type do not count for tasks: each task has a job of its own. Not
 * thread-safe.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface Workflow {

  /**
   * Starts to put a workflow together.
   *
   * @param name what people call it, such as {@code design.release}; it need not be unique
   * @throws IllegalArgumentException if the name is blank
   */
  static Workflow named(String name) {
    return new PlannedWorkflow(name);
  }

  /**
   * Sets who submits it: a user's id, or the name of a program. Default: that of the runtime.
   *
   * @throws IllegalArgumentException if it is blank
   */
  Workflow submittedBy(String submittedBy);

  /**
   * Leaves the workflow open after it was submitted: it has not ended before {@link
   * JobWorkflows#close} is called, so that jobs can be added in parts.
   */
  Workflow leftOpen();

  /**
   * Has all tasks wait until this workflow, which was submitted before, succeeds, and what is added
   * later as well. If it does not, none of them is started. A workflow without tasks ends when the
   * other one has ended.
   */
  Workflow after(UUID workflowId);

  /** Adds a job. */
  <P, R> Task<R> add(TypedJobs<P, R> type, P payload);

  /**
   * Adds a job whose payload is made from the result of a task, once that has completed.
   *
   * @param input a constant of the generated class of the payload record
   */
  <A, P, R> Task<R> add(TypedJobs<P, R> type, TaskInput.From1<A, P> input, Task<A> first);

  /** Adds a job whose payload is made from the results of two tasks. */
  <A, B, P, R> Task<R> add(
      TypedJobs<P, R> type, TaskInput.From2<A, B, P> input, Task<A> first, Task<B> second);

  /** Adds a job whose payload is made from the results of three tasks. */
  <A, B, C, P, R> Task<R> add(
      TypedJobs<P, R> type,
      TaskInput.From3<A, B, C, P> input,
      Task<A> first,
      Task<B> second,
      Task<C> third);

  /**
   * Adds many jobs of one type, as one task. The task completes when all of them have completed;
   * its result is the list of their results.
   *
   * @param payloads one for each job; may be empty
   */
  <P, R> Task<List<R>> addAll(TypedJobs<P, R> type, List<? extends P> payloads);

  /**
   * Adds a task that has as many jobs as the result of another task gives reason for, maybe none.
   *
   * @param input a constant of the generated class of the payload record
   */
  <A, P, R> Task<List<R>> addEach(
      TypedJobs<P, R> type, TaskInput.EachFrom<A, P> input, Task<A> first);

  /**
   * Adds the tasks of another workflow as one task. That ends when all of them have ended, and
   * completes if none has failed or was cancelled.
   *
   * @throws IllegalArgumentException if it is this workflow, or has it as a task at whatever depth
   */
  Task<Void> add(Workflow nested);

  /**
   * The results of those jobs of a task that complete, whatever becomes of the others: a task that
   * takes them waits until all of them have ended. What is returned stands for the same task: what
   * it is told to wait for, and its options, are those of the task.
   */
  <R> Task<List<R>> completedOf(Task<List<R>> many);

  /**
   * Adds a follow-up: a job that starts when a member of the workflow fails for good, the first
   * one. If an ended member is retried, the next failure starts such a job again.
   */
  <P, R> Task<R> onFirstFailure(TypedJobs<P, R> type, P payload);

  /**
   * Adds a follow-up that starts when an attempt at each member has ended, also if some will be
   * attempted again.
   */
  <P, R> Task<R> onAllAttempted(TypedJobs<P, R> type, P payload);

  /**
   * Adds a follow-up that starts when all members have ended and none has failed or was cancelled.
   */
  <P, R> Task<R> onAllSucceeded(TypedJobs<P, R> type, P payload);

  /** Adds a follow-up that starts when all members have ended for good, in whatever way. */
  <P, R> Task<R> onAllSettled(TypedJobs<P, R> type, P payload);

  /** Its name. */
  String name();
}
