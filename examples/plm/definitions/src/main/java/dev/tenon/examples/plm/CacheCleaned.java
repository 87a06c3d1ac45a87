package dev.tenon.examples.plm;

/**
 * What a cleanup did.
 *
 * @param removed how many entries had expired
 */
public record CacheCleaned(int removed) {}
