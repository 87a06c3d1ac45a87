package dev.tenon.jobs.internal.store;

/**
 * A kind of jobs: those of one type and priority, without limits. They wait in one line, and
 * nothing but walking through the line tells which of them are pending and which are queued.
 *
 * @param type the type; empty for the jobs for other languages that were parked, which are a kind
 *     of their own
 * @param priority the level of the priority
 */
public record JobKind(String type, short priority) {}
