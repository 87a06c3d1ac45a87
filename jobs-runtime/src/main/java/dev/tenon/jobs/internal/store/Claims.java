package dev.tenon.jobs.internal.store;

import java.util.List;
import java.util.UUID;

/**
 * The result of a claim. Jobs that are in none of the lists have ended, run elsewhere, or are not
 * due.
 *
 * @param jobs the claimed jobs, the most urgent first
 * @param left jobs that wait and were not claimed because the others already reach the limit of
 *     jobs or bytes; their pointers are still needed
 * @param parked jobs whose type or version the worker does not know
 */
public record Claims(List<ClaimedJob> jobs, List<UUID> left, List<UUID> parked) {}
