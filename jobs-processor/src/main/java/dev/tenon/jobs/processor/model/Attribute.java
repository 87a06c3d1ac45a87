package dev.tenon.jobs.processor.model;

/**
 * A value of an annotation, or one entry of such a value.
 *
 * @param <T> the type of the value
 * @param value the value; the default where the source does not say
 * @param explicit whether the source says it
 * @param position where; the annotation where the source does not say it
 */
public record Attribute<T>(T value, boolean explicit, SourcePosition position) {}
