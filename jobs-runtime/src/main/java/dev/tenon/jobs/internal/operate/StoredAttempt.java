package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** An attempt as it was read from the table. */
public record StoredAttempt(
    UUID jobId,
    int attempt,
    long lease,
    String workerId,
    Instant startedAt,
    Instant finishedAt,
    Outcome outcome,
    Optional<JobError> error,
    Optional<String> stack,
    Optional<String> fingerprint)
    implements JobAttempt {}
