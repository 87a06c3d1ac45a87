package dev.tenon.jobs.internal.plan;

import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import java.util.List;
import java.util.UUID;

/**
 * A workflow that was submitted.
 *
 * @param workflow what was submitted
 * @param id the id of the workflow
 * @param tasks the ids of its tasks, in the order in which they were added
 */
record SubmittedPlan(PlannedWorkflow workflow, UUID id, List<UUID> tasks)
    implements SubmittedWorkflow {

  SubmittedPlan {
    tasks = List.copyOf(tasks);
  }

  @Override
  public UUID idOf(Task<?> submitted) {
    PlannedTask<?> task = PlannedTask.of(submitted);
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
