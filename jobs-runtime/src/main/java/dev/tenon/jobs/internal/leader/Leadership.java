package dev.tenon.jobs.internal.leader;

/**
 * Proof that a process led when it was made. What the leader changes is checked against it in the
 * same transaction, so a process that was replaced without noticing can change nothing.
 *
 * @param holder the process
 * @param token the number of its leadership, higher than that of all before
 */
public record Leadership(String holder, long token) {}
