package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as it was read from the table. */
public record StoredJob(
    UUID id,
    String type,
    int version,
    JobStatus status,
    JobPriority priority,
    String payload,
    @Nullable String result,
    @Nullable Integer resultVersion,
    @Nullable String itemId,
    String submittedBy,
    Instant submittedAt,
    Instant runAt,
    int attempts,
    int maxAttempts,
    int crashes,
    int progress,
    @Nullable String progressMessage,
    @Nullable JobError error,
    @Nullable String workerId,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Instant cancelRequestedAt)
    implements Job {

  /** The job without its payload and its result. */
  @Override
  public String toString() {
    return "Job[id=%s, type=%s, status=%s, attempts=%d/%d, progress=%d]"
        .formatted(id, type, status.code(), attempts, maxAttempts, progress);
  }
}
