package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.store.AttemptEnd;
import dev.tenon.jobs.store.AttemptFailure;

/** Ends of attempts, as tests see them. */
final class Outcomes {

  private Outcomes() {}

  static JobOutcome of(AttemptEnd end) {
    if (end instanceof AttemptEnd.Retried retried) {
      return new JobOutcome.Retried(retried.delay(), error(retried.failure()));
    }
    if (end instanceof AttemptEnd.Failed failed) {
      return new JobOutcome.Failed(error(failed.failure()));
    }
    if (end instanceof AttemptEnd.Snoozed snoozed) {
      return new JobOutcome.Snoozed(snoozed.delay());
    }
    if (end instanceof AttemptEnd.Released released) {
      return new JobOutcome.Released(released.delay());
    }
    if (end instanceof AttemptEnd.Cancelled) {
      return new JobOutcome.Cancelled();
    }
    if (end instanceof AttemptEnd.Completed) {
      return new JobOutcome.Completed();
    }
    throw new IllegalStateException("No attempt of a test ends as " + end.outcome().code() + ".");
  }

  static JobError error(AttemptFailure failure) {
    return new JobError(failure.reason(), failure.errorClass(), failure.message());
  }
}
