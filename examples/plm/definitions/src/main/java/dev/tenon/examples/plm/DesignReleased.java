package dev.tenon.examples.plm;

/**
 * The decision about a release.
 *
 * @param state the state of the item now
 * @param decidedBy who has decided
 */
public record DesignReleased(ItemState state, String decidedBy) {}
