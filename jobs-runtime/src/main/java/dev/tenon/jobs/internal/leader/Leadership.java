package dev.tenon.jobs.internal.leader;

/**
 * Proof that a process led when it was made. Every change of the leader checks it in the same
 * transaction, so a process that was replaced without noticing can change nothing.
 *
 * @param holder the process
 * @param token the number of its leadership, higher than all earlier ones
 */
public record Leadership(String holder, long token) {}
