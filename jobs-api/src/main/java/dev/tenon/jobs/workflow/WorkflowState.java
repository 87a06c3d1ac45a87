package dev.tenon.jobs.workflow;

import dev.tenon.jobs.JobStatus;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a workflow has got, as it was when it was asked. Immutable.
 *
 * @param id its id
 * @param name what people call it
 * @param parentId the workflow that it is a task of; null if it was submitted by itself
 * @param submittedBy who submitted it
 * @param submittedAt when, by the database's clock
 * @param isOpen whether members may be added whatever has ended
 * @param members how many members it has: jobs, except the follow-ups, and workflows that are tasks
 * @param ended how many of them have ended
 * @param completed how many have completed
 * @param failed how many have failed
 * @param cancelled how many were cancelled by somebody
 * @param skipped how many were not needed, or could not be started since others did not complete
 * @param jobs how many jobs of it there are by status, without those of workflows that are tasks
 * @param outcome how it has ended: {@link JobStatus#COMPLETED}, {@link JobStatus#FAILED} or {@link
 *     JobStatus#CANCELLED}; null while it has not
 * @param settledAt when it has ended; null while it has not
 * @param pause who has paused it; null if nobody has
 */
public record WorkflowState(
    UUID id,
    String name,
    @Nullable UUID parentId,
    String submittedBy,
    Instant submittedAt,
    boolean isOpen,
    int members,
    int ended,
    int completed,
    int failed,
    int cancelled,
    int skipped,
    Map<JobStatus, Long> jobs,
    @Nullable JobStatus outcome,
    @Nullable Instant settledAt,
    @Nullable Pause pause) {

  /** Makes the map immutable. */
  public WorkflowState {
    jobs = Map.copyOf(jobs);
  }

  /**
   * That nothing of a workflow is started.
   *
   * @param by who has decided that
   * @param since when
   * @param reason why
   */
  public record Pause(String by, Instant since, String reason) {}
}
