package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.annotation.JobPriority;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job without payload and result, as it was read from the table. */
public record StoredJobSummary(
    UUID id,
    String type,
    int version,
    JobStatus status,
    JobPriority priority,
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
    implements JobSummary {}
