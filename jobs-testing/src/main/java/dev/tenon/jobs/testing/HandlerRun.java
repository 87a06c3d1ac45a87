package dev.tenon.jobs.testing;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one call of a handler. {@link JobAssertions#assertThat(HandlerRun)} checks it in
 * words. Immutable.
 *
 * @param <R> what the handler returns
 */
public final class HandlerRun<R> {

  private final String type;
  private final JobOutcome outcome;
  private final @Nullable R result;
  private final @Nullable Throwable exception;
  private final HandlerReports reports;

  HandlerRun(
      String type,
      JobOutcome outcome,
      @Nullable R result,
      @Nullable Throwable exception,
      HandlerReports reports) {
    this.type = type;
    this.outcome = outcome;
    this.result = result;
    this.exception = exception;
    this.reports = reports;
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

  /** Says that another outcome was expected. */
  AssertionError failure(String expected) {
    return new AssertionError(
        "Expected the job of type '%s' to %s, but %s."
            .formatted(type, expected, OutcomeText.of(outcome)),
        exception);
  }

  /** The type and the outcome, without the result. */
  @Override
  public String toString() {
    return "HandlerRun[type=%s, outcome=%s]".formatted(type, OutcomeText.of(outcome));
  }
}
