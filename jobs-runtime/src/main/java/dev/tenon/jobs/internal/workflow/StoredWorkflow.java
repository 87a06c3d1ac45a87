package dev.tenon.jobs.internal.workflow;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Pause;
import dev.tenon.jobs.workflow.WorkflowState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A workflow as it was read from the table. */
record StoredWorkflow(
    UUID id,
    String name,
    Optional<UUID> parentId,
    Optional<String> uniqueKey,
    String submittedBy,
    Headers headers,
    Instant submittedAt,
    boolean isOpen,
    int members,
    int ended,
    int completed,
    int failed,
    int cancelled,
    int skipped,
    Map<JobStatus, Long> jobs,
    Optional<JobStatus> outcome,
    Optional<Instant> settledAt,
    Optional<Pause> pause)
    implements WorkflowState {

  StoredWorkflow {
    jobs = Map.copyOf(jobs);
  }
}
