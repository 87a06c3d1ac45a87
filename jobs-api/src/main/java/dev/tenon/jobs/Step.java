package dev.tenon.jobs;

import dev.tenon.jobs.WorkflowPlan.EdgePlan;
import dev.tenon.jobs.WorkflowPlan.Kind;
import dev.tenon.jobs.WorkflowPlan.StepPlan;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.StepCondition;
import dev.tenon.jobs.definition.StepInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A step of a {@link Workflow} that is being put together: a job, or several jobs. A step that
 * waits for nothing starts as soon as the workflow is submitted. Not thread-safe.
 *
 * @param <R> the result of the step: what its handler returns, or the list of what its handlers
 *     return in the order of the jobs
 */
public final class Step<R> {

  private final Workflow workflow;
  private final int index;
  private final StepSource<?, ?> source;
  private final StepCondition conditionForResults;
  private final Settings settings;

  /** What the step does. */
  record StepSource<P, J>(
      Kind kind,
      @Nullable JobDefinition<P, J> definition,
      List<P> payloads,
      @Nullable StepInput<P> input,
      @Nullable Workflow nested) {}

  /** What was said about the step so far, by whichever object that stands for it. */
  private static final class Settings {

    private final List<EdgePlan> edges = new ArrayList<>();
    private SubmitOptions options = SubmitOptions.defaults();
  }

  Step(Workflow workflow, int index, StepSource<?, ?> source) {
    this(workflow, index, source, StepCondition.SUCCEEDED, new Settings());
  }

  private Step(
      Workflow workflow,
      int index,
      StepSource<?, ?> source,
      StepCondition conditionForResults,
      Settings settings) {
    this.workflow = workflow;
    this.index = index;
    this.source = source;
    this.conditionForResults = conditionForResults;
    this.settings = settings;
  }

  /**
   * Has the step wait until these steps complete. If one of them fails or is cancelled, this step
   * is not started: it ends as cancelled, and starts after all if the other one is retried and
   * completes.
   *
   * @return this step
   * @throws IllegalArgumentException if a step belongs to another workflow, or is a follow-up
   */
  public Step<R> after(Step<?> first, Step<?>... others) {
    return waitFor(StepCondition.SUCCEEDED, first, others);
  }

  /**
   * Has the step wait until these steps end, in whatever way.
   *
   * @return this step
   * @throws IllegalArgumentException if a step belongs to another workflow, or is a follow-up
   */
  public Step<R> afterEndOf(Step<?> first, Step<?>... others) {
    return waitFor(StepCondition.ENDED, first, others);
  }

  /**
   * Makes the step a compensation: it is started if each of these steps fails or is cancelled by
   * somebody. If one of them completes, or is not started since another step did not end as it had
   * to, this step is not needed, and ends as cancelled.
   *
   * @return this step
   * @throws IllegalArgumentException if a step belongs to another workflow, or is a follow-up
   */
  public Step<R> afterFailureOf(Step<?> first, Step<?>... others) {
    return waitFor(StepCondition.FAILED, first, others);
  }

  /**
   * Sets the priority of the step's jobs, what they belong to, and how long after the steps before
   * them they are due.
   *
   * @return this step
   * @throws IllegalArgumentException if the options have a time at which the jobs are due, which
   *     might be past when the step can start; or if the step is a workflow, whose own steps have
   *     options
   */
  public Step<R> with(SubmitOptions options) {
    if (options.runAt().isPresent()) {
      throw new IllegalArgumentException(
          "A step cannot have a fixed time (%s), since it waits for others. Use withDelay(…), which counts from when the step can start."
              .formatted(options.runAt().get()));
    }
    if (source.nested() != null) {
      throw new IllegalArgumentException(
          "The step '%s' is a workflow, and a workflow has no options. Give them to its own steps."
              .formatted(source.nested().name()));
    }
    settings.options = Objects.requireNonNull(options, "options");
    return this;
  }

  private Step<R> waitFor(StepCondition condition, Step<?> first, Step<?>... others) {
    addEdge(first, condition, -1);
    for (Step<?> other : others) {
      addEdge(other, condition, -1);
    }
    return this;
  }

  /** Has the step wait for another whose result its payload is made from. */
  void addResult(Step<?> before, int position) {
    addEdge(before, before.conditionForResults, position);
  }

  void addEvent(StepCondition condition) {
    settings.edges.add(new EdgePlan(-1, condition, -1));
  }

  private void addEdge(Step<?> before, StepCondition condition, int position) {
    if (before.workflow != workflow) {
      throw new IllegalArgumentException(
          "A step of the workflow '%s' cannot wait for a step of the workflow '%s'. Add the other workflow as a step, or wait for all of it."
              .formatted(workflow.name(), before.workflow.name()));
    }
    if (source.kind() == Kind.FOLLOW_UP || before.source.kind() == Kind.FOLLOW_UP) {
      throw new IllegalArgumentException(
          "In the workflow '%s', a follow-up cannot wait for a step, nor a step for a follow-up: only an event of the workflow starts a follow-up, maybe more than once. Have its handler submit what comes after it, or add a step that waits for the steps themselves."
              .formatted(workflow.name()));
    }
    settings.edges.add(new EdgePlan(before.index, condition, position));
  }

  /** The same step, whose results are taken though some of its jobs have not completed. */
  Step<R> ended() {
    return new Step<>(workflow, index, source, StepCondition.ENDED, settings);
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

  StepPlan<?, ?> plan() {
    return plan(source);
  }

  private <P, J> StepPlan<P, J> plan(StepSource<P, J> source) {
    return new StepPlan<>(
        source.kind(),
        source.definition(),
        source.payloads(),
        source.input(),
        settings.options,
        source.nested() == null ? null : source.nested().plan(),
        settings.edges);
  }
}
