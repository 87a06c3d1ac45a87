package dev.tenon.jobs.workflow;

import dev.tenon.jobs.Header;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.internal.plan.PlannedWorkflow;
import java.util.List;
import java.util.UUID;

/**
 * Jobs that belong together: a batch, a chain, or any graph of tasks that wait for each other. It
 * is built here and submitted as a whole, with {@link JobSubmitter#submit(Workflow)}.
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
 * <p>The compiler checks what a task takes from earlier tasks: a result of another type does not
 * compile. The transaction that ends a job also decides what follows. Unique components of a type
 * are ignored for tasks: each task has its own job. Not thread-safe.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface Workflow {

  /**
   * Starts to build a workflow.
   *
   * @param name a name for people, such as {@code design.release}; it need not be unique
   * @throws IllegalArgumentException if the name is blank
   */
  static Workflow named(String name) {
    return new PlannedWorkflow(name);
  }

  /**
   * Sets the submitter: a user's id, or the name of a program. Default: that of the runtime.
   *
   * @throws IllegalArgumentException if it is blank
   */
  Workflow submittedBy(String submittedBy);

  /**
   * Gives all jobs of the workflow this header: those of its tasks and follow-ups, those of nested
   * workflows, and those that are made or added later. A header that a task or a nested workflow
   * sets itself takes precedence.
   *
   * @throws IllegalArgumentException as {@link Headers#with} does
   */
  <T> Workflow withHeader(Header<T> header, T value);

  /**
   * Leaves the workflow open after it was submitted: it does not end until {@link
   * JobWorkflows#close} is called, so jobs can be added in parts.
   */
  Workflow leftOpen();

  /**
   * Makes all tasks, including those that are added later, wait until this earlier workflow
   * succeeds. If it does not, none of them is started. A workflow without tasks ends when the
   * earlier one has ended.
   */
  Workflow after(UUID workflowId);

  /**
   * Records the workflow only if no other one with the same name and key has yet to end; otherwise
   * the submit returns that one. The same as {@link #uniqueBy(String, UniqueScope)} with {@link
   * UniqueScope#UNTIL_ENDED}.
   *
   * @param key what the workflow is about, such as {@code order-7}; it is stored and shown as it is
   * @throws IllegalArgumentException if the key is blank
   */
  Workflow uniqueBy(String key);

  /**
   * Records the workflow only if there is no other one with the same name and key, for as long as
   * the scope of that one says. Otherwise the submit records nothing, and returns that one, even if
   * many submit at the same moment.
   *
   * <p>If another transaction has submitted the same name and key and has not committed yet, the
   * submit waits for its end. A workflow that is retried after its end keeps others out again,
   * unless another one has its key by now.
   *
   * @param key what the workflow is about, such as {@code order-7}; up to 1,000 bytes; it is stored
   *     and shown as it is
   * @param scope the time that the workflow keeps others out
   * @throws IllegalArgumentException if the key is blank, or the scope is {@link
   *     UniqueScope#UNTIL_STARTED}: the tasks of a workflow start one after the other
   */
  Workflow uniqueBy(String key, UniqueScope scope);

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
   * @param payloads one payload for each job; may be empty
   */
  <P, R> Task<List<R>> addAll(TypedJobs<P, R> type, List<? extends P> payloads);

  /**
   * Adds a task with one job for each payload that is made from the result of another task; there
   * may be none.
   *
   * @param input a constant of the generated class of the payload record
   */
  <A, P, R> Task<List<R>> addEach(
      TypedJobs<P, R> type, TaskInput.EachFrom<A, P> input, Task<A> first);

  /**
   * Adds the tasks of another workflow as one task. It ends when all of them have ended, and
   * completes if none has failed or was cancelled.
   *
   * @throws IllegalArgumentException if it is this workflow, or contains this workflow at any depth
   */
  Task<Void> add(Workflow nested);

  /**
   * The same task, with the results of only those of its jobs that complete, whatever happens to
   * the others. A task that takes these results, or is {@link Task#after} the returned object,
   * waits until all of the jobs have ended. If the task is skipped, because a task before it did
   * not end as required, it has no jobs that could end: then the task that waits is skipped, too.
   * The returned object stands for the same task: conditions and options that are set on it apply
   * to that task.
   */
  <R> Task<List<R>> completedOf(Task<List<R>> many);

  /**
   * Adds a follow-up: a job that starts when the first member of the workflow fails for good. If a
   * member that has ended is retried, the next failure starts such a job again.
   */
  <P, R> Task<R> onFirstFailure(TypedJobs<P, R> type, P payload);

  /**
   * Adds a follow-up that starts when an attempt at each member has ended, even if some will be
   * attempted again.
   */
  <P, R> Task<R> onAllAttempted(TypedJobs<P, R> type, P payload);

  /**
   * Adds a follow-up that starts when all members have ended and none has failed or was cancelled.
   */
  <P, R> Task<R> onAllSucceeded(TypedJobs<P, R> type, P payload);

  /** Adds a follow-up that starts when all members have ended for good, in whatever way. */
  <P, R> Task<R> onAllSettled(TypedJobs<P, R> type, P payload);

  /** The name of the workflow. */
  String name();
}
