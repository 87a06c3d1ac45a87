package dev.tenon.jobs.workflow;

import dev.tenon.jobs.JobStatus;
import java.util.List;
import java.util.Map;

/**
 * The progress of a workflow and of those that are tasks of it, at any depth, as it was when it was
 * read. Immutable.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface WorkflowTree {

  /** The progress of the workflow itself. */
  WorkflowState state();

  /**
   * The workflows that are tasks of it, including those that have the jobs of a task with many
   * jobs.
   */
  List<WorkflowTree> nested();

  /** The number of jobs by status, including those of all nested workflows. */
  Map<JobStatus, Long> allJobs();

  /**
   * Returns false if it has more than 10,000 nested workflows: then those that were submitted last
   * are missing, with their jobs.
   */
  boolean isComplete();
}
