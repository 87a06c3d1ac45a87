package dev.tenon.jobs.runtime;

import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.maintenance.LossLimits;
import dev.tenon.jobs.internal.submit.SubmitInterceptors;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.StepTransactions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a runtime, as its builder had them at the start. Immutable.
 *
 * @param schema the schema of Tenon's tables
 * @param rabbitMq the options of RabbitMQ; null if workers take their jobs from the table
 * @param heartbeatInterval the interval between two heartbeats of a worker
 * @param limits when workers and jobs are lost
 * @param storage the storage of payloads, results and logs
 * @param maintenance true if this process takes part in maintenance
 * @param closesOnShutdown true if the runtime is closed when the process gets a signal to end
 * @param clock the clock for deadlines and log lines
 * @param submittedBy returns the submitter for callers that name none; null if callers must name
 *     one
 * @param listeners the listeners
 * @param submitInterceptors the interceptors of submissions
 * @param executionInterceptors the interceptors of handlers, the outermost first
 * @param stepTransactions runs transactional steps; null for transactions on the connections for
 *     submitting and reading
 */
record RuntimeSettings(
    String schema,
    @Nullable RabbitMqOptions rabbitMq,
    Duration heartbeatInterval,
    LossLimits limits,
    ValueStorage storage,
    boolean maintenance,
    boolean closesOnShutdown,
    Clock clock,
    @Nullable Supplier<String> submittedBy,
    JobListeners listeners,
    SubmitInterceptors submitInterceptors,
    List<ExecutionInterceptor> executionInterceptors,
    @Nullable StepTransactions stepTransactions) {

  /** The number of missed heartbeats that makes a worker count as lost. */
  private static final int MAX_MISSED_HEARTBEATS = 3;

  /** The limits that follow from an interval between heartbeats. */
  static LossLimits limits(Duration heartbeatInterval, int maxCrashes, boolean fastRescue) {
    return new LossLimits(
        heartbeatInterval.multipliedBy(MAX_MISSED_HEARTBEATS), maxCrashes, fastRescue);
  }

  /** The time without a heartbeat that makes a worker count as lost. */
  Duration lostAfter() {
    return limits.silence();
  }
}
