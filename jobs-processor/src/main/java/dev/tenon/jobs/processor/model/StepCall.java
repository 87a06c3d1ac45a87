package dev.tenon.jobs.processor.model;

import java.util.Optional;

/**
 * A call in the source of a handler.
 *
 * @param position the call
 * @param method the name of the method that is called: a step, or a method of the generated class
 * @param isGenerated whether it is a method of the generated class
 * @param within the step, or the method with {@code @InDoubt}, that contains the call; empty if it
 *     is elsewhere
 */
public record StepCall(
    SourcePosition position, String method, boolean isGenerated, Optional<String> within) {}
