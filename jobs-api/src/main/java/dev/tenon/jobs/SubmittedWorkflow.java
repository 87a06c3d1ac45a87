package dev.tenon.jobs;

import java.util.List;
import java.util.UUID;

/** A workflow that was submitted. Immutable. */
public final class SubmittedWorkflow {

  private final UUID id;
  private final List<UUID> steps;

  /**
   * Called by the runtime.
   *
   * @param id the id of the workflow
   * @param steps the ids of its steps, in the order in which they were added
   */
  public SubmittedWorkflow(UUID id, List<UUID> steps) {
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
   */
  public UUID idOf(Step<?> step) {
    return steps.get(step.index());
  }
}
