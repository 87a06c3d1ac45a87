package dev.tenon.jobs.workflow;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.workflow.WorkflowPlan.EdgePlan;
import dev.tenon.jobs.workflow.WorkflowPlan.Kind;
import dev.tenon.jobs.workflow.WorkflowPlan.TaskPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task of a {@link Workflow} that is being put together: a job, or several jobs. A task that
 * waits for nothing starts as soon as the workflow is submitted. Not thread-safe.
 *
 * @param <R> the result of the task: what its handler returns, or the list of what its handlers
 *     return in the order of the jobs
 */
public final class Task<R> {

  private final Workflow workflow;
  private final int index;
  private final TaskSource<?, ?> source;
  private final TaskCondition conditionForResults;
  private final Settings settings;

  /** What the task does. */
  record TaskSource<P, J>(
      Kind kind,
      @Nullable JobDefinition<P, J> definition,
      List<P> payloads,
      @Nullable TaskInput<P> input,
      @Nullable Workflow nested) {}

  /** What was said about the task so far, by whichever object that stands for it. */
  private static final class Settings {

    private final List<EdgePlan> edges = new ArrayList<>();
    private SubmitOptions options = SubmitOptions.defaults();
  }

  Task(Workflow workflow, int index, TaskSource<?, ?> source) {
    this(workflow, index, source, TaskCondition.SUCCEEDED, new Settings());
  }

  private Task(
      Workflow workflow,
      int index,
      TaskSource<?, ?> source,
      TaskCondition conditionForResults,
      Settings settings) {
    this.workflow = workflow;
    this.index = index;
    this.source = source;
    this.conditionForResults = conditionForResults;
    this.settings = settings;
  }

  /**
   * Has the task wait until these tasks complete. If one of them fails or is cancelled, this task
   * is not started: it ends as cancelled, and starts after all if the other one is retried and
   * completes.
   *
   * @return this task
   * @throws IllegalArgumentException if a task belongs to another workflow, or is a follow-up
   */
  public Task<R> after(Task<?> first, Task<?>... others) {
    return waitFor(TaskCondition.SUCCEEDED, first, others);
  }

  /**
   * Has the task wait until these tasks end, in whatever way.
   *
   * @return this task
   * @throws IllegalArgumentException if a task belongs to another workflow, or is a follow-up
   */
  public Task<R> afterEndOf(Task<?> first, Task<?>... others) {
    return waitFor(TaskCondition.ENDED, first, others);
  }

  /**
   * Makes the task a compensation: it is started if each of these tasks fails or is cancelled by
   * somebody. If one of them completes, or is not started since another task did not end as it had
   * to, this task is not needed, and ends as cancelled.
   *
   * @return this task
   * @throws IllegalArgumentException if a task belongs to another workflow, or is a follow-up
   */
  public Task<R> afterFailureOf(Task<?> first, Task<?>... others) {
    return waitFor(TaskCondition.FAILED, first, others);
  }

  /**
   * Sets the priority of the task's jobs, what they belong to, and how long after the tasks before
   * them they are due.
   *
   * @return this task
   * @throws IllegalArgumentException if the options have a time at which the jobs are due, which
   *     might be past when the task can start; or if the task is a workflow, whose own tasks have
   *     options
   */
  public Task<R> with(SubmitOptions options) {
    if (options.runAt().isPresent()) {
      throw new IllegalArgumentException(
          "A task cannot have a fixed time (%s), since it waits for others. Use withDelay(…), which counts from when the task can start."
              .formatted(options.runAt().get()));
    }
    if (source.nested() != null) {
      throw new IllegalArgumentException(
          "The task '%s' is a workflow, and a workflow has no options. Give them to its own tasks."
              .formatted(source.nested().name()));
    }
    settings.options = Objects.requireNonNull(options, "options");
    return this;
  }

  private Task<R> waitFor(TaskCondition condition, Task<?> first, Task<?>... others) {
    addEdge(first, condition, -1);
    for (Task<?> other : others) {
      addEdge(other, condition, -1);
    }
    return this;
  }

  /** Has the task wait for another whose result its payload is made from. */
  void addResult(Task<?> before, int position) {
    addEdge(before, before.conditionForResults, position);
  }

  void addEvent(TaskCondition condition) {
    settings.edges.add(new EdgePlan(-1, condition, -1));
  }

  private void addEdge(Task<?> before, TaskCondition condition, int position) {
    if (before.workflow != workflow) {
      throw new IllegalArgumentException(
          "A task of the workflow '%s' cannot wait for a task of the workflow '%s'. Add the other workflow as a task, or wait for all of it."
              .formatted(workflow.name(), before.workflow.name()));
    }
    if (source.kind() == Kind.FOLLOW_UP || before.source.kind() == Kind.FOLLOW_UP) {
      throw new IllegalArgumentException(
          "In the workflow '%s', a follow-up cannot wait for a task, nor a task for a follow-up: only an event of the workflow starts a follow-up, maybe more than once. Have its handler submit what comes after it, or add a task that waits for the tasks themselves."
              .formatted(workflow.name()));
    }
    settings.edges.add(new EdgePlan(before.index, condition, position));
  }

  /** The same task, whose results are taken though some of its jobs have not completed. */
  Task<R> ended() {
    return new Task<>(workflow, index, source, TaskCondition.ENDED, settings);
  }

  Workflow workflow() {
    return workflow;
  }

  int index() {
    return index;
  }

  @Nullable Workflow nested() {
    return source.nested();
  }

  TaskPlan<?, ?> plan() {
    return plan(source);
  }

  private <P, J> TaskPlan<P, J> plan(TaskSource<P, J> source) {
    return new TaskPlan<>(
        source.kind(),
        source.definition(),
        source.payloads(),
        source.input(),
        settings.options,
        source.nested() == null ? null : source.nested().plan(),
        settings.edges);
  }
}
