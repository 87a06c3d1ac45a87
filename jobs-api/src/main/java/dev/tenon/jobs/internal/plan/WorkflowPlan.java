package dev.tenon.jobs.internal.plan;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.workflow.Workflow;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The content of a {@link Workflow}, for the runtime that submits it. Immutable.
 *
 * @param name the name of the workflow
 * @param submittedBy the submitter; null for the runtime's default
 * @param headers the headers of all of its jobs
 * @param isOpen true if members may be added after the submission, even after all of them have
 *     ended
 * @param tasks its tasks, in the order that they were added in
 * @param after workflows that were submitted earlier, and that have to succeed before any task
 *     starts
 * @param unique its unique key; null if it has none
 */
public record WorkflowPlan(
    String name,
    @Nullable String submittedBy,
    Headers headers,
    boolean isOpen,
    List<TaskPlan<?, ?>> tasks,
    List<UUID> after,
    @Nullable Unique unique) {

  /** Makes the lists immutable. */
  public WorkflowPlan {
    tasks = List.copyOf(tasks);
    after = List.copyOf(after);
  }

  /**
   * The key that no other workflow with the same name may have.
   *
   * @param key the key
   * @param scope the time that the workflow keeps others out
   */
  public record Unique(String key, UniqueScope scope) {}

  /** The kind of a task. */
  public enum Kind {
    /** One job. */
    JOB,
    /** One job for each payload. */
    MANY,
    /** One job for each payload that the input makes. */
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
   * @param kind its kind
   * @param definition the type of its jobs; null for a workflow
   * @param payloads their payloads; empty if they are made from an input
   * @param input how the payloads are made; null if they are given
   * @param options the delay of each job once the task can start, its priority, its item, and its
   *     headers in addition to those of the workflow
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

    /** A description of the task, for messages. */
    public String describe() {
      return definition != null
          ? "of job type '" + definition.type() + "'"
          : nested != null ? "'" + nested.name() + "'" : "";
    }
  }

  /**
   * A dependency of a task.
   *
   * @param task the position of the earlier task, from 0; -1 for the workflow itself
   * @param condition the condition that it has to meet
   * @param position the position of its result among those that make the payload, from 0; -1 if it
   *     is not one of them
   */
  public record EdgePlan(int task, TaskCondition condition, int position) {}
}
