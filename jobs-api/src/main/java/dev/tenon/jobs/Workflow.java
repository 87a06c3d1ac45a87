package dev.tenon.jobs;

import dev.tenon.jobs.WorkflowPlan.Kind;
import dev.tenon.jobs.definition.StepCondition;
import dev.tenon.jobs.definition.StepInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that belong together: a batch, a chain, or any graph of steps that wait for each other. It
 * is put together here and submitted as a whole, by {@link JobSubmitter#submit(Workflow)}.
 *
 * <pre>{@code
 * Workflow release = Workflow.named("design.release");
 * Step<CloneReport> clone = release.add(jobs.designClone(), new DesignClone(designId));
 * Step<List<ConvertReport>> parts =
 *     release.addEach(jobs.partConvert(), PartConvertJob.OF_CLONE, clone);
 * release.add(jobs.designRelease(), DesignReleaseJob.OF_PARTS, parts);
 * release.onAllSettled(jobs.notify(), new Notify(userId, "The release has ended."));
 * UUID id = service.submit(release).id();
 * }</pre>
 *
 * <p>What a step takes from the steps before it is checked by the compiler: a result of another
 * type does not compile. What follows from the end of a job is decided in the transaction that ends
 * it. Unique components of a type do not count for steps: each step has a job of its own. Not
 * thread-safe.
 */
public final class Workflow {

  private final String name;
  private final List<Step<?>> steps = new ArrayList<>();
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
   * Has all steps wait until this workflow, which was submitted before, succeeds, and what is added
   * later as well. If it does not, none of them is started. A workflow without steps ends when the
   * other one has ended.
   */
  public Workflow after(UUID workflowId) {
    after.add(Objects.requireNonNull(workflowId, "workflowId"));
    return this;
  }

  /** Adds a job. */
  public <P, R> Step<R> add(TypedJobs<P, R> type, P payload) {
    return step(Kind.JOB, type, List.of(payload), null);
  }

  /**
   * Adds a job whose payload is made from the result of a step, once that has completed.
   *
   * @param input a constant of the generated class of the payload record
   */
  public <A, P, R> Step<R> add(TypedJobs<P, R> type, StepInput.From1<A, P> input, Step<A> first) {
    Step<R> step = step(Kind.JOB, type, List.of(), input);
    step.addResult(first, 0);
    return step;
  }

  /** Adds a job whose payload is made from the results of two steps. */
  public <A, B, P, R> Step<R> add(
      TypedJobs<P, R> type, StepInput.From2<A, B, P> input, Step<A> first, Step<B> second) {
    Step<R> step = step(Kind.JOB, type, List.of(), input);
    step.addResult(first, 0);
    step.addResult(second, 1);
    return step;
  }

  /** Adds a job whose payload is made from the results of three steps. */
  public <A, B, C, P, R> Step<R> add(
      TypedJobs<P, R> type,
      StepInput.From3<A, B, C, P> input,
      Step<A> first,
      Step<B> second,
      Step<C> third) {
    Step<R> step = step(Kind.JOB, type, List.of(), input);
    step.addResult(first, 0);
    step.addResult(second, 1);
    step.addResult(third, 2);
    return step;
  }

  /**
   * Adds many jobs of one type, as one step. The step completes when all of them have completed;
   * its result is the list of their results.
   *
   * @param payloads one for each job; may be empty
   */
  public <P, R> Step<List<R>> addAll(TypedJobs<P, R> type, List<? extends P> payloads) {
    return step(Kind.MANY, type, List.copyOf(payloads), null);
  }

  /**
   * Adds a step that has as many jobs as the result of another step gives reason for, maybe none.
   *
   * @param input a constant of the generated class of the payload record
   */
  public <A, P, R> Step<List<R>> addEach(
      TypedJobs<P, R> type, StepInput.EachFrom<A, P> input, Step<A> first) {
    Step<List<R>> step = step(Kind.FOR_EACH, type, List.of(), input);
    step.addResult(first, 0);
    return step;
  }

  /**
   * Adds the steps of another workflow as one step. That ends when all of them have ended, and
   * completes if none has failed or was cancelled.
   *
   * @throws IllegalArgumentException if it is this workflow, or has it as a step at whatever depth
   */
  public Step<Void> add(Workflow nested) {
    if (nested.has(this)) {
      throw new IllegalArgumentException(
          "The workflow '%s' cannot be a step of itself%s. Make a workflow of its own for the step."
              .formatted(
                  name,
                  nested == this ? "" : ", and is one of '%s' already".formatted(nested.name)));
    }
    return append(new Step.StepSource<>(Kind.WORKFLOW, null, List.of(), null, nested));
  }

  /**
   * The results of those jobs of a step that complete, whatever becomes of the others: a step that
   * takes them waits until all of them have ended. What is returned stands for the same step: what
   * it is told to wait for, and its options, are those of the step.
   */
  public <R> Step<List<R>> completedOf(Step<List<R>> many) {
    return many.ended();
  }

  /**
   * Adds a follow-up: a job that starts when a member of the workflow fails for good, the first
   * one. If an ended member is retried, the next failure starts such a job again.
   */
  public <P, R> Step<R> onFirstFailure(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, StepCondition.FIRST_FAILURE);
  }

  /**
   * Adds a follow-up that starts when an attempt at each member has ended, also if some will be
   * attempted again.
   */
  public <P, R> Step<R> onAllAttempted(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, StepCondition.ALL_ATTEMPTED);
  }

  /**
   * Adds a follow-up that starts when all members have ended and none has failed or was cancelled.
   */
  public <P, R> Step<R> onAllSucceeded(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, StepCondition.SUCCEEDED);
  }

  /** Adds a follow-up that starts when all members have ended for good, in whatever way. */
  public <P, R> Step<R> onAllSettled(TypedJobs<P, R> type, P payload) {
    return followUp(type, payload, StepCondition.ENDED);
  }

  private <P, R> Step<R> followUp(TypedJobs<P, R> type, P payload, StepCondition condition) {
    Step<R> step = step(Kind.FOLLOW_UP, type, List.of(payload), null);
    step.addEvent(condition);
    return step;
  }

  private <P, J, R> Step<R> step(
      Kind kind, TypedJobs<P, J> type, List<P> payloads, @Nullable StepInput<P> input) {
    return append(new Step.StepSource<>(kind, type.definition(), payloads, input, null));
  }

  private boolean has(Workflow other) {
    return other == this
        || steps.stream().map(Step::nested).anyMatch(step -> step != null && step.has(other));
  }

  private <R> Step<R> append(Step.StepSource<?, ?> source) {
    Step<R> step = new Step<>(this, steps.size(), source);
    steps.add(step);
    return step;
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
        steps.stream().<WorkflowPlan.StepPlan<?, ?>>map(Step::plan).toList(),
        after);
  }
}
