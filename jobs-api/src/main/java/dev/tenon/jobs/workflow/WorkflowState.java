package dev.tenon.jobs.workflow;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Pause;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How far a workflow has got, as it was when it was asked. Immutable.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface WorkflowState {

  /** Its id. */
  UUID id();

  /** What people call it. */
  String name();

  /** The workflow that it is a task of; empty if it was submitted by itself. */
  Optional<UUID> parentId();

  /** Who submitted it. */
  String submittedBy();

  /** When it was submitted, by the database's clock. */
  Instant submittedAt();

  /** Whether members may be added whatever has ended. */
  boolean isOpen();

  /** How many members it has: jobs, except the follow-ups, and workflows that are tasks. */
  int members();

  /** How many members have ended. */
  int ended();

  /** How many members have completed. */
  int completed();

  /** How many members have failed. */
  int failed();

  /** How many members were cancelled by somebody. */
  int cancelled();

  /** How many members were not needed, or could not be started since others did not complete. */
  int skipped();

  /** How many jobs of it there are by status, without those of workflows that are tasks. */
  Map<JobStatus, Long> jobs();

  /**
   * How it has ended: {@link JobStatus#COMPLETED}, {@link JobStatus#FAILED} or {@link
   * JobStatus#CANCELLED}; empty while it has not.
   */
  Optional<JobStatus> outcome();

  /** When it has ended; empty while it has not. */
  Optional<Instant> settledAt();

  /** Who has paused it, and why; empty if nobody has. */
  Optional<Pause> pause();
}
