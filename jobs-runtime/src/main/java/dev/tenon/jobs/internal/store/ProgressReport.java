package dev.tenon.jobs.internal.store;

import org.jspecify.annotations.Nullable;

/**
 * The progress of a job, as its handler last reported it.
 *
 * @param lease the lease of the attempt that reported it
 * @param percent 0 to 100
 * @param message what the job is doing
 */
public record ProgressReport(Lease lease, int percent, @Nullable String message) {}
