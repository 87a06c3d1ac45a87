package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobLogLevel;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line that a handler wrote into the log of its job.
 *
 * @param lease the lease of the attempt that wrote it
 * @param attempt the number of that attempt
 * @param level how important it is
 * @param message what happened
 * @param data the data that goes with it, as JSON
 * @param loggedAt when it was written
 */
public record LogLine(
    Lease lease,
    int attempt,
    JobLogLevel level,
    String message,
    @Nullable String data,
    Instant loggedAt) {}
