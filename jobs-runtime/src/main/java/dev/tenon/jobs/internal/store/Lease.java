package dev.tenon.jobs.internal.store;

import java.util.UUID;

/**
 * A worker's hold on a job, from the claim to the end of the attempt. A write of a worker is
 * accepted only while all three parts match the job's row. The number alone would not be enough:
 * after a failover that lost the last transactions, the new server hands out a number again, to
 * another worker.
 *
 * @param jobId the job
 * @param number the number of the claim, which goes up by one with each
 * @param workerId the worker
 */
public record Lease(UUID jobId, long number, String workerId) {}
