package dev.tenon.jobs.internal.store;

/**
 * A cursor, to be saved.
 *
 * @param lease the lease of the attempt
 * @param version the version of the job type in this code
 * @param value the cursor as JSON, encrypted if necessary
 */
public record NewCursor(Lease lease, int version, String value) {}
