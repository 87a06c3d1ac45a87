package dev.tenon.jobs.workflow;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Pause;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The progress of a workflow, as it was when it was read. Immutable.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface WorkflowState {

  /** The id of the workflow. */
  UUID id();

  /** The name of the workflow. */
  String name();

  /** The workflow that it is a task of; empty if it was submitted separately. */
  Optional<UUID> parentId();

  /** The key that it was {@linkplain Workflow#uniqueBy(String) unique by}; empty for none. */
  Optional<String> uniqueKey();

  /** The name of the submitter. */
  String submittedBy();

  /** The headers of jobs that are added to the workflow. */
  Headers headers();

  /** The time of submission, by the database's clock. */
  Instant submittedAt();

  /** Returns true if members may be added even after all of them have ended. */
  boolean isOpen();

  /** The number of members: jobs, except the follow-ups, and workflows that are tasks. */
  int members();

  /** The number of members that have ended. */
  int ended();

  /** The number of members that have completed. */
  int completed();

  /** The number of members that have failed. */
  int failed();

  /** The number of members that somebody cancelled. */
  int cancelled();

  /**
   * The number of members that were not needed, or could not be started because others did not
   * complete.
   */
  int skipped();

  /** The number of jobs by status, without those of workflows that are tasks. */
  Map<JobStatus, Long> jobs();

  /**
   * The outcome: {@link JobStatus#COMPLETED}, {@link JobStatus#FAILED} or {@link
   * JobStatus#CANCELLED}; empty while it has not ended.
   */
  Optional<JobStatus> outcome();

  /** The time when it ended; empty while it has not ended. */
  Optional<Instant> settledAt();

  /** The pause; empty if the workflow is not paused. */
  Optional<Pause> pause();
}
