package dev.tenon.examples.plm;

/**
 * The result of a cleanup.
 *
 * @param removed how many entries had expired
 */
public record CacheCleaned(int removed) {}
