package dev.tenon.jobs;

import java.util.List;
import java.util.UUID;

/** A workflow that was submitted. Immutable. */
public final class SubmittedWorkflow {

  private final Workflow workflow;
  private final UUID id;
  private final List<UUID> steps;

  /**
   * Called by the runtime.
   *
   * @param workflow what was submitted
   * @param id the id of the workflow
   * @param steps the ids of its steps, in the order in which they were added
   */
  public SubmittedWorkflow(Workflow workflow, UUID id, List<UUID> steps) {
    this.workflow = workflow;
    this.id = id;
    this.steps = List.copyOf(steps);
  }

  /** The id of the workflow. */
  public UUID id() {
    return id;
  }

  /**
   * The id of a step of the workflow: that of its job; or that of the workflow that has its jobs,
   * if there are many.
   *
   * @throws IllegalArgumentException if the step belongs to another workflow, also to one that is
   *     itself a step of this one; or was added after this one was submitted
   */
  public UUID idOf(Step<?> step) {
    if (step.workflow() != workflow) {
      throw new IllegalArgumentException(
          "The step is one of the workflow '%s', and not of '%s', which was submitted as %s. Find the jobs of a workflow that is a step by the id of that step, with JobQuery.withWorkflowId."
              .formatted(step.workflow().name(), workflow.name(), id));
    }
    if (step.index() >= steps.size()) {
      throw new IllegalArgumentException(
          "The step was added to the workflow '%s' after that was submitted as %s. Add all steps first, or add jobs to what was submitted with JobWorkflows.add."
              .formatted(workflow.name(), id));
    }
    return steps.get(step.index());
  }
}
