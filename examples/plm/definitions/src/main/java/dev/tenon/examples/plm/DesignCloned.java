package dev.tenon.examples.plm;

/**
 * A design that was cloned.
 *
 * @param items how many items it has
 * @param copiedByLastAttempt how many of them the last attempt copied, as a second one goes on where
 *     the first one stopped
 */
public record DesignCloned(int items, int copiedByLastAttempt) {}
