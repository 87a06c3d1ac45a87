package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.EmittingContext;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobCancelledException;
import dev.tenon.jobs.JobLog;
import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.JobSnoozedException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.internal.recording.ReportSink;
import dev.tenon.jobs.internal.steps.AttemptHost;
import dev.tenon.jobs.internal.steps.AttemptSteps;
import dev.tenon.jobs.internal.steps.StopReason;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.ProgressReport;
import dev.tenon.jobs.internal.values.LogData;
import dev.tenon.jobs.internal.values.SensitiveValues;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The context that a handler gets. Reports after the end of the attempt are dropped. */
public final class HandlerContext implements EmittingContext<Object>, JobLog {

  private final ClaimedJob job;
  private final Instant deadline;
  private final Clock clock;
  private final SizeLimits limits;
  private final AttemptSteps steps;
  private final ReportSink reports;
  private final AtomicInteger logLines = new AtomicInteger();
  private final AtomicInteger emittedValues = new AtomicInteger();
  private final AttemptHost host;

  /**
   * Creates a context for one attempt.
   *
   * @param job the job
   * @param deadline when the attempt must end
   * @param clock the clock for the times of log lines
   * @param limits the size limits of the log
   * @param reports takes the handler's reports
   * @param host the attempt
   * @param steps the steps of the handler; the values that they hide are hidden in its reports
   */
  public HandlerContext(
      ClaimedJob job,
      Instant deadline,
      Clock clock,
      SizeLimits limits,
      ReportSink reports,
      AttemptHost host,
      AttemptSteps steps) {
    this.job = job;
    this.deadline = deadline;
    this.clock = clock;
    this.limits = limits;
    this.reports = reports;
    this.host = host;
    this.steps = steps;
  }

  @Override
  public UUID jobId() {
    return job.id();
  }

  @Override
  public Optional<UUID> workflowId() {
    return Optional.ofNullable(job.workflowId());
  }

  @Override
  public String type() {
    return job.type();
  }

  @Override
  public int attempt() {
    return job.attempt();
  }

  @Override
  public int maxAttempts() {
    return job.maxAttempts();
  }

  @Override
  public Optional<String> itemId() {
    return Optional.ofNullable(job.itemId());
  }

  @Override
  public Headers headers() {
    return job.headers();
  }

  @Override
  public String submittedBy() {
    return job.submittedBy();
  }

  @Override
  public Instant deadline() {
    return deadline;
  }

  @Override
  public void progress(int percent, @Nullable String message) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException(
          "The progress is " + percent + "; it must be from 0 to 100.");
    }
    if (!host.isEnded()) {
      reports.progress(
          new ProgressReport(
              job.lease(),
              percent,
              message == null
                  ? null
                  : StoredText.storable(
                      sensitive().hiddenIn(message), StoredText.MAX_PROGRESS_MESSAGE_BYTES)));
    }
  }

  @Override
  public JobLog log() {
    return this;
  }

  @Override
  public void log(JobLogLevel level, String message, Map<String, ? extends @Nullable Object> data) {
    String json =
        data.isEmpty()
            ? null
            : sensitive().hiddenInJson(LogData.write(data, limits.logDataBytes()));
    if (host.isEnded()) {
      return;
    }
    int number = logLines.updateAndGet(count -> Math.min(count, limits.logLines()) + 1);
    if (number < limits.logLines()) {
      record(
          level,
          StoredText.storable(sensitive().hiddenIn(message), StoredText.MAX_LOG_MESSAGE_BYTES),
          json);
    } else if (number == limits.logLines()) {
      record(
          JobLogLevel.WARN,
          "The log of this attempt is full: an attempt may write "
              + number
              + " lines. This line replaces all that follow.",
          null);
    }
  }

  private void record(JobLogLevel level, String message, @Nullable String json) {
    reports.log(new LogLine(job.lease(), job.attempt(), level, message, json, clock.instant()));
  }

  @Override
  @SuppressWarnings("unchecked") // emit() checks the class of each value
  public <E> EmittingContext<E> emitting() {
    if (!steps.emits()) {
      throw steps.emitsNothing();
    }
    return (EmittingContext<E>) this;
  }

  @Override
  public void emit(Object value) {
    String json = steps.emitted(Objects.requireNonNull(value, "value"));
    if (host.isEnded()) {
      return;
    }
    int max = limits.emittedValues();
    int number = emittedValues.updateAndGet(count -> Math.min(count, max) + 1);
    if (number > max) {
      throw new PermanentJobException(
          "The attempt has emitted %,d values, which is the limit. Emit fewer and larger ones, or raise SizeLimits.emittedValues."
              .formatted(max));
    }
    reports.emit(
        LogLine.emitted(job.lease(), job.attempt(), number, steps.version(), json, clock.instant()),
        this::isCancelled);
  }

  @Override
  public JobSnoozedException snooze(Duration delay) {
    return new JobSnoozedException(job.type(), job.id(), delay);
  }

  @Override
  public boolean isCancelled() {
    return host.stopReason() != null || host.isEnded();
  }

  @Override
  public void checkCancelled() {
    StopReason reason = host.stopReason();
    if (reason != null) {
      throw new JobCancelledException(job.type(), job.id(), reason.text());
    }
  }

  @Override
  public boolean isWorkerStopping() {
    return host.isShuttingDown();
  }

  @Override
  public StepExecutor steps(StepsDefinition definition) {
    if (!definition.jobType().equals(steps.jobType())) {
      throw new IllegalArgumentException(
          "The steps of job type '%s' cannot run in a job of type '%s': call the class that was generated for this handler."
              .formatted(definition.jobType(), steps.jobType()));
    }
    return steps;
  }

  /** Returns the steps of the handler. */
  AttemptSteps attemptSteps() {
    return steps;
  }

  private SensitiveValues sensitive() {
    return steps.hidden().current();
  }
}
