package dev.tenon.jobs.internal.submit;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.values.LogData;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Duration;
import java.util.Map;

/** The rules for running jobs of an external type, as the functions for their workers read them. */
final class ExternalPolicy {

  /**
   * The maximum number of log lines of a job in another language. Each line that its worker writes
   * counts the ones before it, so there must be few.
   */
  private static final int MAX_LOG_LINES = 10_000;

  private ExternalPolicy() {}

  /** Returns the rules as JSON. */
  static String json(JobDefinition<?, ?> definition, SizeLimits limits) {
    return LogData.write(
        Map.of(
            "timeoutMillis",
            definition.timeout().toMillis(),
            "retryDelaysMillis",
            definition.retryPolicy().delays().stream().map(Duration::toMillis).toList(),
            "retryJitter",
            definition.retryPolicy().jitter(),
            "maxResultBytes",
            limits.resultBytes(),
            "maxLogDataBytes",
            limits.logDataBytes(),
            "maxLogLines",
            Math.min(limits.logLines(), MAX_LOG_LINES),
            "maxEmittedBytes",
            limits.emittedBytes(),
            "maxEmittedValues",
            limits.emittedValues()));
  }
}
