package dev.tenon.jobs.internal.scaling;

/**
 * The live workers of some types, without those that are quieted or stopping.
 *
 * @param workers their number
 * @param slots the number of their slots together
 * @param busy the number of those that run jobs of the types
 * @param slotsPerWorker the number of slots that a further worker has
 */
public record Fleet(int workers, int slots, int busy, int slotsPerWorker) {}
