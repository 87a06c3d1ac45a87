package dev.tenon.jobs.processor.model;

/**
 * A result that is not a record: a simple value, an enum or an array, which has no validator.
 *
 * @param value the result
 * @param shapes the records that it leads to; their root is the type of the result
 */
public record SimpleResult(ValueShape value, Shapes shapes) {}
