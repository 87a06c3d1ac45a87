package dev.tenon.jobs.internal.plan;

import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import java.util.List;
import java.util.UUID;

/**
 * A workflow that was submitted.
 *
 * @param workflow the workflow that was submitted
 * @param id the id of the workflow
 * @param isNew false if there already was one with the same key
 * @param tasks the ids of its tasks, in the order that they were added in
 */
record SubmittedPlan(PlannedWorkflow workflow, UUID id, boolean isNew, List<UUID> tasks)
    implements SubmittedWorkflow {

  SubmittedPlan {
    tasks = List.copyOf(tasks);
  }

  @Override
  public UUID idOf(Task<?> submitted) {
    PlannedTask<?> task = PlannedTask.of(submitted);
    if (task.workflow() != workflow) {
      throw new IllegalArgumentException(
          "The task belongs to the workflow '%s', not to '%s', which was submitted as %s. To find the jobs of a workflow that is a task, use JobQuery.withWorkflowId with the id of that task."
              .formatted(task.workflow().name(), workflow.name(), id));
    }
    if (!isNew) {
      throw new IllegalStateException(
          "The workflow '%s' was not recorded, because %s has the same unique key. So this task has no id. Ask isNew() first, and find the jobs of the other workflow with JobQuery.withWorkflowId."
              .formatted(workflow.name(), id));
    }
    if (task.index() >= tasks.size()) {
      throw new IllegalArgumentException(
          "The task was added to the workflow '%s' after that was submitted as %s. Add all tasks before, or add jobs to the submitted workflow with JobWorkflows.add."
              .formatted(workflow.name(), id));
    }
    return tasks.get(task.index());
  }
}
