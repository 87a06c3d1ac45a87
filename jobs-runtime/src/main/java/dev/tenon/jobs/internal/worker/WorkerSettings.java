package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.time.Clock;
import java.time.Duration;

/**
 * How all workers of a process work.
 *
 * @param heartbeatInterval how often they send heartbeats
 * @param maxCrashes with that many crashes a job fails
 * @param storage how payloads, results and logs are stored
 * @param clock for deadlines and log lines
 * @param listeners are told of what they do
 */
public record WorkerSettings(
    Duration heartbeatInterval,
    int maxCrashes,
    ValueStorage storage,
    Clock clock,
    JobListeners listeners) {}
