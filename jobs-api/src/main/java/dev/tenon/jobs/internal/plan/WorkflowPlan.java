package dev.tenon.jobs.internal.plan;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.workflow.Workflow;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Workflow} is made of, for the runtime that submits it. Immutable.
 *
 * @param name what people call it
 * @param submittedBy who submits it; null for the runtime's default
 * @param isOpen whether members may be added after it was submitted, whatever has ended
 * @param tasks its tasks, in the order in which they were added
 * @param after workflows that were submitted before, and that have to succeed before any task
 *     starts
 */
public record WorkflowPlan(
    String name,
    @Nullable String submittedBy,
    boolean isOpen,
    List<TaskPlan<?, ?>> tasks,
    List<UUID> after) {

  /** Makes the lists immutable. */
  public WorkflowPlan {
    tasks = List.copyOf(tasks);
    after = List.copyOf(after);
  }

  /** What a task has. */
  public enum Kind {
    /** One job. */
    JOB,
    /** As many jobs as there are payloads. */
    MANY,
    /** As many jobs as the input makes payloads. */
    FOR_EACH,
    /** The tasks of another workflow. */
    WORKFLOW,
    /**
     * One job that does not count as a member of the workflow, and starts when something happens to
     * it.
     */
    FOLLOW_UP
  }

  /**
   * A task.
   *
   * @param kind what it has
   * @param definition the type of its jobs; null for a workflow
   * @param payloads their payloads; empty if they are made from an input
   * @param input how the payloads are made; null if they are given
   * @param options when each job is due once the task is let go, its priority, and what it belongs
   *     to
   * @param nested the workflow, for a task that is one
   * @param edges what the task waits for
   * @param <P> the payload record
   * @param <R> what the handler returns
   */
  public record TaskPlan<P, R>(
      Kind kind,
      @Nullable JobDefinition<P, R> definition,
      List<P> payloads,
      @Nullable TaskInput<P> input,
      SubmitOptions options,
      @Nullable WorkflowPlan nested,
      List<EdgePlan> edges) {

    /** Makes the lists immutable. */
    public TaskPlan {
      payloads = List.copyOf(payloads);
      edges = List.copyOf(edges);
    }

    /** The task as people know it, for messages. */
    public String describe() {
      return definition != null
          ? "of job type '" + definition.type() + "'"
          : nested != null ? "'" + nested.name() + "'" : "";
    }
  }

  /**
   * What a task waits for.
   *
   * @param task the position of the task before, from 0; -1 for the workflow itself
   * @param condition what has to become of it
   * @param position which of the results it is that make the payload, from 0; -1 for none
   */
  public record EdgePlan(int task, TaskCondition condition, int position) {}
}
