package dev.tenon.jobs.store;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that a worker has claimed, and runs under the lease.
 *
 * @param id the job
 * @param type its type
 * @param lease the lease, without which no outcome is accepted
 * @param attempt the number of the attempt, from 1
 * @param maxAttempts attempts in all
 * @param payload the payload as JSON
 * @param itemId what it belongs to
 * @param submittedBy who submitted it
 */
public record ClaimedJob(
    UUID id,
    String type,
    long lease,
    int attempt,
    int maxAttempts,
    String payload,
    @Nullable String itemId,
    String submittedBy) {}
