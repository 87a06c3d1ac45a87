package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.StepCondition;
import dev.tenon.jobs.definition.StepInput;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Workflow} is made of, for the runtime that submits it. Immutable.
 *
 * @param name what people call it
 * @param submittedBy who submits it; null for the runtime's default
 * @param isOpen whether members may be added after it was submitted, whatever has ended
 * @param steps its steps, in the order in which they were added
 * @param after workflows that were submitted before, and that have to succeed before any step
 *     starts
 */
public record WorkflowPlan(
    String name,
    @Nullable String submittedBy,
    boolean isOpen,
    List<StepPlan<?, ?>> steps,
    List<UUID> after) {

  /** Makes the lists immutable. */
  public WorkflowPlan {
    steps = List.copyOf(steps);
    after = List.copyOf(after);
  }

  /** What a step has. */
  public enum Kind {
    /** One job. */
    JOB,
    /** As many jobs as there are payloads. */
    MANY,
    /** As many jobs as the input makes payloads. */
    FOR_EACH,
    /** The steps of another workflow. */
    WORKFLOW,
    /**
     * One job that does not count as a member of the workflow, and starts when something happens to
     * it.
     */
    FOLLOW_UP
  }

  /**
   * A step.
   *
   * @param kind what it has
   * @param definition the type of its jobs; null for a workflow
   * @param payloads their payloads; empty if they are made from an input
   * @param input how the payloads are made; null if they are given
   * @param options when each job is due once the step is let go, its priority, and what it belongs
   *     to
   * @param nested the workflow, for a step that is one
   * @param edges what the step waits for
   * @param <P> the payload record
   * @param <R> what the handler returns
   */
  public record StepPlan<P, R>(
      Kind kind,
      @Nullable JobDefinition<P, R> definition,
      List<P> payloads,
      @Nullable StepInput<P> input,
      SubmitOptions options,
      @Nullable WorkflowPlan nested,
      List<EdgePlan> edges) {

    /** Makes the lists immutable. */
    public StepPlan {
      payloads = List.copyOf(payloads);
      edges = List.copyOf(edges);
    }

    /** The step as people know it, for messages. */
    public String describe() {
      return definition != null
          ? "of job type '" + definition.type() + "'"
          : nested != null ? "'" + nested.name() + "'" : "";
    }
  }

  /**
   * What a step waits for.
   *
   * @param step the position of the step before, from 0; -1 for the workflow itself
   * @param condition what has to become of it
   * @param position which of the results it is that make the payload, from 0; -1 for none
   */
  public record EdgePlan(int step, StepCondition condition, int position) {}
}
