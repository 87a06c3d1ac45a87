package dev.tenon.jobs;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A line of a job's log.
 *
 * @param jobId the job
 * @param attempt the attempt that wrote it, from 1
 * @param level how important it is
 * @param message what happened
 * @param data the data that goes with it, as a JSON object; null if there is none
 * @param loggedAt when it was written, by the worker's clock
 */
public record JobLogEntry(
    UUID jobId,
    int attempt,
    JobLogLevel level,
    String message,
    @Nullable String data,
    Instant loggedAt) {}
