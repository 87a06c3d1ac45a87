package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong in an attempt.
 *
 * @param errorClass the name of the exception's class, or of the rule by which the attempt ended
 * @param message what it said; null if nothing
 */
public record JobError(String errorClass, @Nullable String message) {}
