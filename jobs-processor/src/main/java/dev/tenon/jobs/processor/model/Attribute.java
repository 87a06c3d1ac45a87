package dev.tenon.jobs.processor.model;

/**
 * A value of an annotation, or one entry of such a value.
 *
 * @param <T> the type of the value
 * @param value the value; the default if the source gives none
 * @param explicit whether the source gives it
 * @param position its position; that of the annotation if the source gives no value
 */
public record Attribute<T>(T value, boolean explicit, SourcePosition position) {}
