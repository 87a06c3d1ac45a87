package dev.tenon.jobs.internal.plan;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.internal.plan.WorkflowPlan.EdgePlan;
import dev.tenon.jobs.internal.plan.WorkflowPlan.Kind;
import dev.tenon.jobs.internal.plan.WorkflowPlan.TaskPlan;
import dev.tenon.jobs.workflow.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Task} of a {@link PlannedWorkflow}. Not thread-safe.
 *
 * @param <R> the result of the task
 */
final class PlannedTask<R> implements Task<R> {

  private final PlannedWorkflow workflow;
  private final int index;
  private final TaskSource<?, ?> source;
  private final TaskCondition conditionForResults;
  private final Settings settings;

  /** The kind of the task, and where its payloads come from. */
  record TaskSource<P, J>(
      Kind kind,
      @Nullable JobDefinition<P, J> definition,
      List<P> payloads,
      @Nullable TaskInput<P> input,
      @Nullable PlannedWorkflow nested) {}

  /** The settings of the task so far. All objects that stand for the task share them. */
  private static final class Settings {

    private final List<EdgePlan> edges = new ArrayList<>();
    private SubmitOptions options = SubmitOptions.defaults();
  }

  PlannedTask(PlannedWorkflow workflow, int index, TaskSource<?, ?> source) {
    this(workflow, index, source, TaskCondition.SUCCEEDED, new Settings());
  }

  private PlannedTask(
      PlannedWorkflow workflow,
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
   * The task that {@link PlannedWorkflow} made.
   *
   * @throws IllegalArgumentException if another class implements it
   */
  static <R> PlannedTask<R> of(Task<R> task) {
    if (task instanceof PlannedTask<R> planned) {
      return planned;
    }
    throw new IllegalArgumentException(
        "The task is a %s, which no workflow returned. Use the tasks that the add… and on… methods of a workflow return."
            .formatted(task.getClass().getName()));
  }

  @Override
  public Task<R> after(Task<?> first, Task<?>... others) {
    addEdge(first, of(first).conditionForResults, -1);
    for (Task<?> other : others) {
      addEdge(other, of(other).conditionForResults, -1);
    }
    return this;
  }

  @Override
  public Task<R> afterEndOf(Task<?> first, Task<?>... others) {
    return waitFor(TaskCondition.ENDED, first, others);
  }

  @Override
  public Task<R> afterFailureOf(Task<?> first, Task<?>... others) {
    return waitFor(TaskCondition.FAILED, first, others);
  }

  @Override
  public Task<R> with(SubmitOptions options) {
    if (options.runAt().isPresent()) {
      throw new IllegalArgumentException(
          "A task cannot have a fixed time (%s), because it waits for others. Use withDelay(…), which counts from the time when the task can start."
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

  /** Makes the task wait for another whose result its payload is made from. */
  void addResult(Task<?> before, int position) {
    addEdge(before, PlannedTask.of(before).conditionForResults, position);
  }

  void addEvent(TaskCondition condition) {
    settings.edges.add(new EdgePlan(-1, condition, -1));
  }

  private void addEdge(Task<?> other, TaskCondition condition, int position) {
    PlannedTask<?> before = of(other);
    if (before.workflow != workflow) {
      throw new IllegalArgumentException(
          "A task of the workflow '%s' cannot wait for a task of the workflow '%s'. Add the other workflow as a task, or wait for all of it."
              .formatted(workflow.name(), before.workflow.name()));
    }
    if (source.kind() == Kind.FOLLOW_UP || before.source.kind() == Kind.FOLLOW_UP) {
      throw new IllegalArgumentException(
          "In the workflow '%s', a follow-up cannot wait for a task, nor a task for a follow-up: only an event of the workflow starts a follow-up, maybe more than once. Let its handler submit the jobs that come after it, or add a task that waits for the tasks themselves."
              .formatted(workflow.name()));
    }
    settings.edges.add(new EdgePlan(before.index, condition, position));
  }

  /**
   * The same task, with the results of the jobs that have completed, even if others have not. What
   * waits for it waits until all of them have ended.
   */
  PlannedTask<R> ended() {
    return new PlannedTask<>(workflow, index, source, TaskCondition.NOT_SKIPPED, settings);
  }

  PlannedWorkflow workflow() {
    return workflow;
  }

  int index() {
    return index;
  }

  @Nullable PlannedWorkflow nested() {
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
