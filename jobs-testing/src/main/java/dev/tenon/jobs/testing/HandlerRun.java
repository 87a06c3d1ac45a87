package dev.tenon.jobs.testing;

import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.store.ClaimedJob;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one call of a handler. {@link JobAssertions#assertThat(HandlerRun)} checks it in
 * words. Immutable.
 *
 * @param <R> what the handler returns
 */
public final class HandlerRun<R> {

  private final ClaimedJob job;
  private final JobOutcome outcome;
  private final @Nullable R result;
  private final @Nullable Throwable exception;
  private final HandlerReports reports;
  private final MemorySteps steps;

  HandlerRun(
      ClaimedJob job,
      JobOutcome outcome,
      @Nullable R result,
      @Nullable Throwable exception,
      HandlerReports reports,
      MemorySteps steps) {
    this.job = job.withoutPayload();
    this.outcome = outcome;
    this.result = result;
    this.exception = exception;
    this.reports = reports;
    this.steps = steps;
  }

  /** The outcome for the job. */
  public JobOutcome outcome() {
    return outcome;
  }

  /**
   * The result of the handler, as read back from its JSON; empty if jobs of this type have no
   * result.
   *
   * @throws AssertionError if the job has not completed; the message says how it ended, and the
   *     cause is what the handler threw
   */
  public Optional<R> result() {
    if (!(outcome instanceof JobOutcome.Completed)) {
      throw failure("completed");
    }
    return Optional.ofNullable(result);
  }

  /** The exception that the handler threw; empty if it returned. */
  public Optional<Throwable> exception() {
    return Optional.ofNullable(exception);
  }

  /** The progress and the log that the handler reported. */
  public HandlerReports reports() {
    return reports;
  }

  /**
   * The records of the steps and waits of the job, in the order they began, including those of
   * earlier attempts and of the test. Sensitive values are not hidden from the test.
   */
  public List<JobStep> steps() {
    return steps.steps(job.id(), job.type(), StepMask.NONE);
  }

  /**
   * The cursor that was saved last, as JSON; empty if there is none. Sensitive values are not
   * hidden.
   */
  public Optional<String> cursor() {
    return steps.cursor(StepMask.NONE);
  }

  UUID jobId() {
    return job.id();
  }

  MemorySteps memory() {
    return steps;
  }

  /** The names of what was recorded, with the keys. */
  List<String> recordedNames() {
    return steps.names();
  }

  /** Says that another outcome was expected. */
  AssertionError failure(String expected) {
    return new AssertionError(
        "Expected the job of type '%s' to %s, but %s."
            .formatted(job.type(), expected, OutcomeText.of(outcome)),
        exception);
  }

  /** The type and the outcome, without the result. */
  @Override
  public String toString() {
    return "HandlerRun[type=%s, outcome=%s]".formatted(job.type(), OutcomeText.of(outcome));
  }
}
