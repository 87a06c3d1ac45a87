package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.annotation.JobPriority;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A job without payload and result, as it was read from the table. */
public record StoredJobSummary(
    UUID id,
    String type,
    int version,
    JobStatus status,
    JobPriority priority,
    Optional<String> itemId,
    Headers headers,
    String submittedBy,
    Instant submittedAt,
    Instant runAt,
    int attempts,
    int maxAttempts,
    int crashes,
    int progress,
    Optional<String> progressMessage,
    Optional<JobError> error,
    Optional<String> workerId,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Instant> cancelRequestedAt,
    Optional<Instant> startBefore)
    implements JobSummary {}
