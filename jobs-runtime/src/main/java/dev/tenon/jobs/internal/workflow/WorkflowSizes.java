package dev.tenon.jobs.internal.workflow;

/**
 * How large a workflow may be. All that follows from the end of one job is committed with it, so
 * that its length bounds how long a workflow is locked.
 */
public final class WorkflowSizes {

  /** Jobs and workflows that are tasks, at whatever depth; those that are added later apart. */
  public static final int MAX_TASKS = 100_000;

  /** What tasks wait for: a task that waits for three others counts three times. */
  public static final int MAX_EDGES = 500_000;

  private WorkflowSizes() {}
}
