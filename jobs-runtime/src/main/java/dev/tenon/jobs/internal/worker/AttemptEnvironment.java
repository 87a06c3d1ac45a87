package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.time.Clock;

/**
 * What all attempts of a worker share.
 *
 * @param storage how payloads, results and logs are stored
 * @param contact what the worker knows of its way to the database
 * @param clock for deadlines and log lines
 * @param slots where handlers run
 * @param deadlines end attempts whose handlers take too long
 * @param listeners are told of each attempt
 */
record AttemptEnvironment(
    ValueStorage storage,
    DatabaseContact contact,
    Clock clock,
    Slots slots,
    Deadlines deadlines,
    JobListeners listeners) {}
