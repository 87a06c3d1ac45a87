package dev.tenon.examples.plm;

/**
 * An import that has ended.
 *
 * @param parts how many parts the list has
 * @param lastAttemptFrom the line that the last attempt began with; 0 for the first one
 */
public record PartsImported(int parts, int lastAttemptFrom) {}
