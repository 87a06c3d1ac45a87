package dev.tenon.jobs.internal.maintenance;

import java.time.Duration;

/**
 * The limits that decide when workers and jobs are lost.
 *
 * @param silence how long a worker must be silent to count as lost
 * @param maxCrashes the number of lost workers that makes a job fail
 * @param asksProcesses whether this process asks others whether they are alive, so that it need not
 *     wait for their silence
 */
public record LossLimits(Duration silence, int maxCrashes, boolean asksProcesses) {}
