package dev.tenon.jobs.workflow;

import java.util.List;
import java.util.UUID;

/** A workflow that was submitted. Immutable. */
public final class SubmittedWorkflow {

  private final Workflow workflow;
  private final UUID id;
  private final List<UUID> tasks;

  /**
   * Called by the runtime.
   *
   * @param workflow what was submitted
   * @param id the id of the workflow
   * @param tasks the ids of its tasks, in the order in which they were added
   */
  public SubmittedWorkflow(Workflow workflow, UUID id, List<UUID> tasks) {
    this.workflow = workflow;
    this.id = id;
    this.tasks = List.copyOf(tasks);
  }

  /** The id of the workflow. */
  public UUID id() {
    return id;
  }

  /**
   * The id of a task of the workflow: that of its job; or that of the workflow that has its jobs,
   * if there are many.
   *
   * @throws IllegalArgumentException if the task belongs to another workflow, also to one that is
   *     itself a task of this one; or was added after this one was submitted
   */
  public UUID idOf(Task<?> task) {
    if (task.workflow() != workflow) {
      throw new IllegalArgumentException(
          "The task is one of the workflow '%s', and not of '%s', which was submitted as %s. Find the jobs of a workflow that is a task by the id of that task, with JobQuery.withWorkflowId."
              .formatted(task.workflow().name(), workflow.name(), id));
    }
    if (task.index() >= tasks.size()) {
      throw new IllegalArgumentException(
          "The task was added to the workflow '%s' after that was submitted as %s. Add all tasks first, or add jobs to what was submitted with JobWorkflows.add."
              .formatted(workflow.name(), id));
    }
    return tasks.get(task.index());
  }
}
