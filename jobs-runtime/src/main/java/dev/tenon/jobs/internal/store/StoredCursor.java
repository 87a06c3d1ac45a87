package dev.tenon.jobs.internal.store;

/**
 * A cursor as it is stored.
 *
 * @param version the version of the job type in the code that saved it
 * @param value the cursor as JSON, encrypted if necessary
 */
public record StoredCursor(int version, String value) {}
