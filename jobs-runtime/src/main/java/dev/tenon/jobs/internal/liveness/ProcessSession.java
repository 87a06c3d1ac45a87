package dev.tenon.jobs.internal.liveness;

/**
 * A session of a process in PostgreSQL, as the rows of its workers name it.
 *
 * @param key the key of the advisory lock that the session holds as long as it lasts. No other
 *     session, earlier or later, has the same key.
 * @param port the port of the process, as {@link LivenessPort#text} writes it
 */
public record ProcessSession(long key, String port) {}
