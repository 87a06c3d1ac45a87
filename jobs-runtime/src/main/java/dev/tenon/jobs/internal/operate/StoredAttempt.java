package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An attempt as it was read from the table. */
public record StoredAttempt(
    UUID jobId,
    int attempt,
    long lease,
    String workerId,
    Instant startedAt,
    Instant finishedAt,
    Outcome outcome,
    @Nullable JobError error,
    @Nullable String stack,
    @Nullable String fingerprint)
    implements JobAttempt {}
