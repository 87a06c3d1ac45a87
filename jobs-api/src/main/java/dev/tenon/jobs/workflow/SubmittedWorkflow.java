package dev.tenon.jobs.workflow;

import java.util.UUID;

/**
 * A workflow that was submitted. Immutable.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface SubmittedWorkflow {

  /** The id of the workflow: of the new one, or of the one that was there. */
  UUID id();

  /**
   * Returns true if the workflow is new; false if there already was one with the same name and
   * {@linkplain Workflow#uniqueBy(String) unique key}, and nothing was recorded.
   */
  boolean isNew();

  /**
   * The id of a task of the workflow: the id of its job or, if it has many jobs, the id of the
   * workflow that they belong to.
   *
   * @throws IllegalArgumentException if the task belongs to another workflow, even to one that is
   *     itself a task of this one, or was added after this one was submitted
   * @throws IllegalStateException if the workflow is not {@linkplain #isNew() new}: the tasks of
   *     this one were not recorded
   */
  UUID idOf(Task<?> task);
}
