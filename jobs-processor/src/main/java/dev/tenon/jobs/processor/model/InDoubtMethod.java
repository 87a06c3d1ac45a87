package dev.tenon.jobs.processor.model;

/**
 * A method with {@code @InDoubt}.
 *
 * @param method the method
 * @param position the annotation
 * @param step the name of the step that it is about
 */
public record InDoubtMethod(
    HandlerMethod method, SourcePosition position, Attribute<String> step) {}
