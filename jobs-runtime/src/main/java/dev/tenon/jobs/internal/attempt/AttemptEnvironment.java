package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.time.Clock;

/**
 * The objects that all attempts of a worker share.
 *
 * @param storage the settings for storing payloads, results and logs
 * @param contact the state of the worker's contact with the database
 * @param clock the clock for deadlines and log lines
 * @param slots the slots for handlers
 * @param deadlines end attempts whose handlers take too long
 * @param listeners are notified of each attempt
 * @param steps what the steps of all attempts share
 */
public record AttemptEnvironment(
    ValueStorage storage,
    DatabaseContact contact,
    Clock clock,
    Slots slots,
    Deadlines deadlines,
    JobListeners listeners,
    WorkerSteps steps) {}
