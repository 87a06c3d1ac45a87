package dev.tenon.jobs.internal.workflow;

/**
 * The limits on the size of workflows. Everything that follows from the end of one job is committed
 * with it, so the size limits how long a workflow is locked.
 */
public final class WorkflowSizes {

  /**
   * The largest number of jobs and of workflows that are tasks, at any depth; jobs that are added
   * later have a separate limit.
   */
  public static final int MAX_TASKS = 100_000;

  /** The largest number of dependencies: a task that waits for three others counts three times. */
  public static final int MAX_EDGES = 500_000;

  private WorkflowSizes() {}
}
