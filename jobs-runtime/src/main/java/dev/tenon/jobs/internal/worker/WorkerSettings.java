package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.StepTransactions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The settings that all workers of a process share.
 *
 * @param heartbeatInterval the interval of their heartbeats
 * @param maxCrashes the number of crashes that fails a job
 * @param storage the settings for storing payloads, results and logs
 * @param clock the clock for deadlines and log lines
 * @param listeners are notified of their events
 * @param interceptors run around their handlers, the outermost first
 * @param stepTransactions runs the transactional steps of their handlers
 */
public record WorkerSettings(
    Duration heartbeatInterval,
    int maxCrashes,
    ValueStorage storage,
    Clock clock,
    JobListeners listeners,
    List<ExecutionInterceptor> interceptors,
    StepTransactions stepTransactions) {}
