package dev.tenon.jobs.workflow;

import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.workflow.WorkflowPlan.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
 */
public final class Workflow {

  private final String name;
  private final List<Task<?>> tasks = new ArrayList<>();
  private final List<UUID> after = new ArrayList<>();
  private @Nullable String submittedBy;
  private boolean isOpen;

  private Workflow(String name) {
    this.name = name;
  }

  /**
   * Starts to put a workflow together.
   *
   * @param name what people call it, such as {@code design.release}; it need not be unique
   * @throws IllegalArgumentException if the name is blank
   */
  public static Workflow named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "The name of a workflow is blank. Give it one by which people find it.");
    }
    return new Workflow(name);
  }

  /**
   * Sets who submits it: a user's id, or the name of a program. Default: that of the runtime.
   *
   * @throws IllegalArgumentException if it is blank
   */
  public Workflow submittedBy(String submittedBy) {
    if (submittedBy.isBlank()) {
      throw new IllegalArgumentException(
          "submittedBy is blank. Name who submits it: a user's id, or the name of a program.");
    }
    this.submittedBy = submittedBy;
    return this;
  }

  /**
   * Leaves the workflow open after it was submitted: it has not ended before {@link
   * JobWorkflows#close} is called, so that jobs can be added in parts.
   */
  public Workflow leftOpen() {
    this.isOpen = true;
    return this;
  }

  /**
   * Has all tasks wait until this workflow, which was submitted before, succeeds, and what is added
   * later as well. If it does not, none of them is started. A workflow without tasks ends when the
   * other one has ended.
   */
  public Workflow after(UUID workflowId) {
    after.add(Objects.requireNonNull(workflowId, "workflowId"));
    return this;
  }

  /** Adds a job. */
  public <P, R> Task<R> add(TypedJobs<P, R> type, P payload) {
    return task(Kind.JOB, type, List.of(payload), null);
  }

  /**
   * Adds a job whose payload is made from the result of a task, once that has completed.
   *
   * @param input a constant of the generated class of the payload record
   */
  public <A, P, R> Task<R> add(TypedJobs<P, R> type, TaskInput.From1<A, P> input, Task<A> first) {
    Task<R> task = task(Kind.JOB, type, List.of(), input);
    task.addResult(first, 0);
    return task;
  }

  /** Adds a job whose payload is made from the results of two tasks. */
  public <A, B, P, R> Task<R> add(
      TypedJobs<P, R> type, TaskInput.From2<A, B, P> input, Task<A> first, Task<B> second) {
    Task<R> task = task(Kind.JOB, type, List.of(), input);
    task.addResult(first, 0);
    task.addResult(second, 1);
    return task;
  }

  /** Adds a job whose payload is made from the results of three tasks. */
  public <A, B, C, P, R> Task<R> add(
      TypedJobs<P, R> type,
      TaskInput.From3<A, B, C, P> input,
      Task<A> first,
      Task<B> second,
      Task<C> third) {
    Task<R> task = task(Kind.JOB, type, List.of(), input);
    task.addResult(first, 0);
    task.addResult(second, 1);
    task.addResult(third, 2);
    return task;
  }

  /**
   * Adds many jobs of one type, as one task. The task completes when all of them have completed;
   * its result is the list of their results.
   *
   * @param payloads one for each job; may be empty
   */
  public <P, R> Task<List<R>> addAll(TypedJobs<P, R> type, List<? extends P> payloads) {
    return task(Kind.MANY, type, List.copyOf(payloads), null);
  }

  /**
   * Adds a task that has as many jobs as the result of another task gives reason for, maybe none.
   *
   * @param input a constant of the generated class of the payload record
   */
  public <A, P, R> Task<List<R>> addEach(
      TypedJobs<P, R> type, TaskInput.EachFrom<A, P> input, Task<A> first) {
    Task<List<R>> task = task(Kind.FOR_EACH, type, List.of(), input);
    task.addResult(first, 0);
    return task;
  }

  /**
   * Adds the tasks of another workflow as one task. That ends when all of them have ended, and
   * completes if none has failed or was cancelled.
   *
   * @throws IllegalArgumentException if it is this workflow, or has it as a task at whatever depth
   */
  public Task<Void> add(Workflow nested) {
    if (nested.has(this)) {
      throw new IllegalArgumentException(
          "The workflow '%s' cannot be a task of itself%s. Make a workflow of its own for the task."
              .formatted(
                  name,
                  nested == this ? "" : ", and is one of '%s' already".formatted(nested.name)));
    }
    return append(new Task.TaskSource<>(Kind.WORKFLOW, null, List.of(), null, nested));
  }

  /**
   * The results of those jobs of a task that complete, whatever becomes of the others: a task that
   * takes them waits until all of them have ended. What is returned stands for the same task: what
   * it is told to wait for, and its options, are those of the task.
   */
  public <R> Task<List<R>> completedOf(Task<List<R>> many) {
    return many.ended();
  }

  /**
   * Adds a follow-up: a job that starts when a member of the workflow fails for good, the first
   * one. If an ended member is retried, the next failure starts such a job again.
   */
  public <P, R> Task<R> onFirstFailure(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, TaskCondition.FIRST_FAILURE);
  }

  /**
   * Adds a follow-up that starts when an attempt at each member has ended, also if some will be
   * attempted again.
   */
  public <P, R> Task<R> onAllAttempted(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, TaskCondition.ALL_ATTEMPTED);
  }

  /**
   * Adds a follow-up that starts when all members have ended and none has failed or was cancelled.
   */
  public <P, R> Task<R> onAllSucceeded(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, TaskCondition.SUCCEEDED);
  }

  /** Adds a follow-up that starts when all members have ended for good, in whatever way. */
  public <P, R> Task<R> onAllSettled(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, TaskCondition.ENDED);
  }

  private <P, R> Task<R> followUp(TypedJobs<P, R> type, P payload, TaskCondition condition) {
    Task<R> task = task(Kind.FOLLOW_UP, type, List.of(payload), null);
    task.addEvent(condition);
    return task;
  }

  private <P, J, R> Task<R> task(
      Kind kind, TypedJobs<P, J> type, List<P> payloads, @Nullable TaskInput<P> input) {
    return append(new Task.TaskSource<>(kind, type.definition(), payloads, input, null));
  }

  private boolean has(Workflow other) {
    return other == this
        || tasks.stream().map(Task::nested).anyMatch(task -> task != null && task.has(other));
  }

  private <R> Task<R> append(Task.TaskSource<?, ?> source) {
    Task<R> task = new Task<>(this, tasks.size(), source);
    tasks.add(task);
    return task;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** What it is made of by now, for the runtime. */
  public WorkflowPlan plan() {
    return new WorkflowPlan(
        name,
        submittedBy,
        isOpen,
        tasks.stream().<WorkflowPlan.TaskPlan<?, ?>>map(Task::plan).toList(),
        after);
  }
}
