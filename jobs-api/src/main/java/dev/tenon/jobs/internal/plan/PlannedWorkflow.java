package dev.tenon.jobs.internal.plan;

import dev.tenon.jobs.Header;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.internal.plan.WorkflowPlan.Kind;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A {@link Workflow} that knows its plan. Not thread-safe. */
public final class PlannedWorkflow implements Workflow {

  private final String name;
  private final List<PlannedTask<?>> tasks = new ArrayList<>();
  private final List<UUID> after = new ArrayList<>();
  private @Nullable String submittedBy;
  private Headers headers = Headers.none();
  private boolean isOpen;
  private WorkflowPlan.@Nullable Unique unique;

  /**
   * A workflow without tasks.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public PlannedWorkflow(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "The name of a workflow is blank. Give it a name that people can find it by.");
    }
    this.name = name;
  }

  /**
   * The workflow that {@link Workflow#named} made.
   *
   * @throws IllegalArgumentException if another class implements it
   */
  public static PlannedWorkflow of(Workflow workflow) {
    if (workflow instanceof PlannedWorkflow planned) {
      return planned;
    }
    throw new IllegalArgumentException(
        "The workflow is a %s, but only a workflow from Workflow.named(…) can be submitted or be a task. Create it with that method."
            .formatted(workflow.getClass().getName()));
  }

  @Override
  public Workflow submittedBy(String submittedBy) {
    if (submittedBy.isBlank()) {
      throw new IllegalArgumentException(
          "submittedBy is blank. Name who submits it: a user's id, or the name of a program.");
    }
    this.submittedBy = submittedBy;
    return this;
  }

  @Override
  public <T> Workflow withHeader(Header<T> header, T value) {
    headers = headers.with(header, value);
    return this;
  }

  @Override
  public Workflow leftOpen() {
    this.isOpen = true;
    return this;
  }

  @Override
  public Workflow after(UUID workflowId) {
    after.add(Objects.requireNonNull(workflowId, "workflowId"));
    return this;
  }

  @Override
  public Workflow uniqueBy(String key) {
    return uniqueBy(key, UniqueScope.UNTIL_ENDED);
  }

  @Override
  public Workflow uniqueBy(String key, UniqueScope scope) {
    if (key.isBlank()) {
      throw new IllegalArgumentException(
          "The unique key of the workflow '%s' is blank. Name what the workflow is about, such as \"order-7\"."
              .formatted(name));
    }
    if (scope == UniqueScope.UNTIL_STARTED) {
      throw new IllegalArgumentException(
          "The workflow '%s' cannot be unique with the scope UNTIL_STARTED, because its tasks start one after the other. Use UNTIL_ENDED, UNLESS_FAILED or UNTIL_DELETED."
              .formatted(name));
    }
    unique = new WorkflowPlan.Unique(key, scope);
    return this;
  }

  @Override
  public <P, R> Task<R> add(TypedJobs<P, R> type, P payload) {
    return task(Kind.JOB, type, List.of(payload), null);
  }

  @Override
  public <A, P, R> Task<R> add(TypedJobs<P, R> type, TaskInput.From1<A, P> input, Task<A> first) {
    PlannedTask<R> task = task(Kind.JOB, type, List.of(), input);
    task.addResult(first, 0);
    return task;
  }

  @Override
  public <A, B, P, R> Task<R> add(
      TypedJobs<P, R> type, TaskInput.From2<A, B, P> input, Task<A> first, Task<B> second) {
    PlannedTask<R> task = task(Kind.JOB, type, List.of(), input);
    task.addResult(first, 0);
    task.addResult(second, 1);
    return task;
  }

  @Override
  public <A, B, C, P, R> Task<R> add(
      TypedJobs<P, R> type,
      TaskInput.From3<A, B, C, P> input,
      Task<A> first,
      Task<B> second,
      Task<C> third) {
    PlannedTask<R> task = task(Kind.JOB, type, List.of(), input);
    task.addResult(first, 0);
    task.addResult(second, 1);
    task.addResult(third, 2);
    return task;
  }

  @Override
  public <P, R> Task<List<R>> addAll(TypedJobs<P, R> type, List<? extends P> payloads) {
    return task(Kind.MANY, type, List.copyOf(payloads), null);
  }

  @Override
  public <A, P, R> Task<List<R>> addEach(
      TypedJobs<P, R> type, TaskInput.EachFrom<A, P> input, Task<A> first) {
    PlannedTask<List<R>> task = task(Kind.FOR_EACH, type, List.of(), input);
    task.addResult(first, 0);
    return task;
  }

  @Override
  public Task<Void> add(Workflow workflow) {
    PlannedWorkflow nested = of(workflow);
    if (nested.has(this)) {
      throw new IllegalArgumentException(
          "The workflow '%s' cannot be a task of itself%s. Create another workflow for the task."
              .formatted(
                  name,
                  nested == this ? "" : ", and already is a task of '%s'".formatted(nested.name)));
    }
    return append(new PlannedTask.TaskSource<>(Kind.WORKFLOW, null, List.of(), null, nested));
  }

  @Override
  public <R> Task<List<R>> completedOf(Task<List<R>> many) {
    return PlannedTask.of(many).ended();
  }

  @Override
  public <P, R> Task<R> onFirstFailure(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, TaskCondition.FIRST_FAILURE);
  }

  @Override
  public <P, R> Task<R> onAllAttempted(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, TaskCondition.ALL_ATTEMPTED);
  }

  @Override
  public <P, R> Task<R> onAllSucceeded(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, TaskCondition.SUCCEEDED);
  }

  @Override
  public <P, R> Task<R> onAllSettled(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, TaskCondition.ENDED);
  }

  private <P, R> PlannedTask<R> followUp(TypedJobs<P, R> type, P payload, TaskCondition condition) {
    PlannedTask<R> task = task(Kind.FOLLOW_UP, type, List.of(payload), null);
    task.addEvent(condition);
    return task;
  }

  private <P, J, R> PlannedTask<R> task(
      Kind kind, TypedJobs<P, J> type, List<P> payloads, @Nullable TaskInput<P> input) {
    return append(new PlannedTask.TaskSource<>(kind, type.definition(), payloads, input, null));
  }

  private boolean has(PlannedWorkflow other) {
    return other == this
        || tasks.stream()
            .map(PlannedTask::nested)
            .anyMatch(task -> task != null && task.has(other));
  }

  private <R> PlannedTask<R> append(PlannedTask.TaskSource<?, ?> source) {
    PlannedTask<R> task = new PlannedTask<>(this, tasks.size(), source);
    tasks.add(task);
    return task;
  }

  @Override
  public String name() {
    return name;
  }

  /** The plan so far, for the runtime. */
  public WorkflowPlan plan() {
    return new WorkflowPlan(
        name,
        submittedBy,
        headers,
        isOpen,
        tasks.stream().<WorkflowPlan.TaskPlan<?, ?>>map(PlannedTask::plan).toList(),
        after,
        unique);
  }

  /**
   * The workflow as it was submitted.
   *
   * @param id its id
   * @param tasks the ids of its tasks, in the order that they were added in
   */
  public SubmittedWorkflow submitted(UUID id, List<UUID> tasks) {
    return new SubmittedPlan(this, id, true, tasks);
  }

  /**
   * A workflow that was there before, with the same unique key.
   *
   * @param id its id
   */
  public SubmittedWorkflow existing(UUID id) {
    return new SubmittedPlan(this, id, false, List.of());
  }
}
