package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.RabbitMqOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a runtime, as its builder had them at the start. Immutable.
 *
 * @param schema the schema of Tenon's tables
 * @param rabbitMq how RabbitMQ is reached; null if workers take their jobs from the table
 * @param heartbeatInterval how often a worker says that it is alive
 * @param maxCrashes a job that has lost this many workers fails
 * @param storage how payloads, results and logs are stored
 * @param maintenance whether this process takes part in maintenance
 * @param closesOnShutdown whether the runtime is closed when the process is told to end
 * @param clock the clock of deadlines and log lines
 * @param submittedBy gives who submits a job where the caller does not say; null if callers must
 * @param listeners are told what happens
 */
record RuntimeSettings(
    String schema,
    @Nullable RabbitMqOptions rabbitMq,
    Duration heartbeatInterval,
    int maxCrashes,
    ValueStorage storage,
    boolean maintenance,
    boolean closesOnShutdown,
    Clock clock,
    @Nullable Supplier<String> submittedBy,
    JobListeners listeners) {

  /** A worker counts as lost after this many heartbeats that did not come. */
  private static final int MAX_MISSED_HEARTBEATS = 3;

  /** How long a worker must be silent to count as lost. */
  Duration lostAfter() {
    return heartbeatInterval.multipliedBy(MAX_MISSED_HEARTBEATS);
  }
}
