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
    if (end instanceof AttemptEnd.Released released && released.failure() != null) {
      return bytes(released.failure());
    }
    return BYTES_OF_AN_EMPTY_END;
  }

  private static long bytes(AttemptFailure failure) {
    return BYTES_OF_AN_EMPTY_END + length(failure.message()) + length(failure.stack());
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /**
   * The end without what could be refused. It means the same for the job as far as that can be:
   * only a result cannot be left out.
   */
  static AttemptEnd replacement(AttemptEnd end, Throwable refusal) {
    AttemptFailure failure = failure(end, refusal);
    if (end instanceof AttemptEnd.Retried retried) {
      return new AttemptEnd.Retried(end.lease(), failure, retried.delay());
    }
    if (end instanceof AttemptEnd.Crashed crashed) {
      return new AttemptEnd.Crashed(
          end.lease(),
          new AttemptFailure(crashed.failure().reason(), null, failure.message(), null, null),
          crashed.maxCrashes(),
          crashed.delay());
    }
    if (end instanceof AttemptEnd.Released released) {
      return new AttemptEnd.Released(end.lease(), released.delay());
    }
    boolean isPlain = end instanceof AttemptEnd.Snoozed || end instanceof AttemptEnd.Cancelled;
    return isPlain ? end : new AttemptEnd.Failed(end.lease(), failure);
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
