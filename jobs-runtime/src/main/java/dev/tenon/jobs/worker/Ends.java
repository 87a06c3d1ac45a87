package dev.tenon.jobs.worker;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.background.LoggableFailure;
import dev.tenon.jobs.store.AttemptEnd;
import dev.tenon.jobs.store.AttemptFailure;
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
    if (end instanceof AttemptEnd.Completed completed) {
      return BYTES_OF_AN_EMPTY_END + length(completed.result());
    }
    if (end instanceof AttemptEnd.Failed failed) {
      return bytes(failed.failure());
    }
    if (end instanceof AttemptEnd.Retried retried) {
      return bytes(retried.failure());
    }
    return BYTES_OF_AN_EMPTY_END;
  }

  private static long bytes(AttemptFailure failure) {
    return BYTES_OF_AN_EMPTY_END + length(failure.message()) + length(failure.stack());
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** An end without anything that could be refused. A job that was to be retried is retried. */
  static AttemptEnd replacement(AttemptEnd end, Throwable refusal) {
    AttemptFailure failure = failure(end, refusal);
    return end instanceof AttemptEnd.Retried retried
        ? new AttemptEnd.Retried(end.lease(), failure, retried.delay())
        : new AttemptEnd.Failed(end.lease(), failure);
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
