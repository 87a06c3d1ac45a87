package dev.tenon.jobs.internal.pointer;

import java.util.UUID;

/**
 * A pointer that the broker has, and the message that carries it.
 *
 * @param pointer the pointer
 * @param messageId the message, which may carry other pointers too
 */
public record PublishedPointer(JobPointer pointer, UUID messageId) {}
