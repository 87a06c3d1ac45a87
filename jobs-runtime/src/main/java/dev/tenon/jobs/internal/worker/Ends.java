package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of the ends of attempts, and what is recorded in place of an end that cannot be
 * recorded.
 */
final class Ends {

  private static final long BYTES_OF_AN_EMPTY_END = 200;

  private Ends() {}

  /** About how many bytes the end has. */
  static long bytes(AttemptEnd end) {
    AttemptFailure failure = end.failure();
    long text = failure == null ? 0 : length(failure.message()) + length(failure.stack());
    long result = end instanceof AttemptEnd.Completed completed ? length(completed.result()) : 0;
    return BYTES_OF_AN_EMPTY_END + text + result;
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** The end without what could be refused. */
  static AttemptEnd replacement(AttemptEnd end, Throwable refusal) {
    return end.withoutRefused(failure(end, refusal));
  }

  private static AttemptFailure failure(AttemptEnd end, Throwable refusal) {
    if (end instanceof AttemptEnd.Completed completed && MemoryShortage.isCauseOf(refusal)) {
      return AttemptFailure.of(
          JobError.Reason.RESULT_TOO_LARGE,
          "The result has %s, and the worker has no memory to record it. Store the data elsewhere and return a reference to it, or give the worker more memory (-Xmx)."
              .formatted(DisplayText.ofBytes(length(completed.result()))));
    }
    return AttemptFailure.of(
        JobError.Reason.OUTCOME_REFUSED,
        "The outcome %s of the attempt could not be recorded: %s."
            .formatted(end.outcome().code(), LoggableFailure.describe(refusal)));
  }
}
