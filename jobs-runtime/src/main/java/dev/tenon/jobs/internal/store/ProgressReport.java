package dev.tenon.jobs.internal.store;

import org.jspecify.annotations.Nullable;

/**
 * How far a job is, as its handler last said.
 *
 * @param lease the lease of the attempt that said so
 * @param percent 0 to 100
 * @param message what the job does
 */
public record ProgressReport(Lease lease, int percent, @Nullable String message) {}
