package dev.tenon.jobs.internal.store;

/**
 * A kind of jobs: those of one type and priority, without limits. They wait in one line, and only a
 * walk through the line shows which of them are pending and which are queued.
 *
 * @param type the type; empty for parked jobs for other languages, which are a separate kind
 * @param priority the level of the priority
 */
public record JobKind(String type, short priority) {}
