package dev.tenon.jobs.workflow;

import dev.tenon.jobs.JobsException;
import java.util.UUID;

/** Thrown when there is no workflow with the given id, or it is no longer kept. */
public final class WorkflowNotFoundException extends JobsException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception for the workflow with this id. */
  public WorkflowNotFoundException(UUID workflowId) {
    super(
        "There is no workflow with id %s. It was never committed, or its retention has ended."
            .formatted(workflowId),
        null,
        null,
        null);
  }
}
