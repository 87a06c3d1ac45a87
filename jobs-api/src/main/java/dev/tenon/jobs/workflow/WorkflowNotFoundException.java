package dev.tenon.jobs.workflow;

import dev.tenon.jobs.JobsException;
import java.util.UUID;

/** There is no workflow with this id, or it is no longer kept. */
public final class WorkflowNotFoundException extends JobsException {

  private static final long serialVersionUID = 1L;

  /** A workflow that is not there. */
  public WorkflowNotFoundException(UUID workflowId) {
    super(
        "There is no workflow %s, or it is no longer kept.".formatted(workflowId),
        null,
        null,
        null);
  }
}
