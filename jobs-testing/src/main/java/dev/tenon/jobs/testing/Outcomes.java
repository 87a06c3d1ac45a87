package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ends of attempts, as tests see them. */
final class Outcomes {

  private Outcomes() {}

  /**
   * Returns the outcome of an attempt.
   *
   * @param resumesAt the time when a suspended job continues; null if only a signal or a person
   *     continues it
   */
  static JobOutcome of(AttemptEnd end, @Nullable Instant resumesAt) {
    return end.match(
        new AttemptEnd.Cases<>() {
          @Override
          public JobOutcome completed(AttemptEnd.Completed completed) {
            return new JobOutcome.Completed();
          }

          @Override
          public JobOutcome failed(AttemptEnd.Failed failed) {
            return new JobOutcome.Failed(error(failed.failure()));
          }

          @Override
          public JobOutcome retried(AttemptEnd.Retried retried) {
            return new JobOutcome.Retried(retried.delay(), error(retried.failure()));
          }

          @Override
          public JobOutcome snoozed(AttemptEnd.Snoozed snoozed) {
            return new JobOutcome.Snoozed(snoozed.delay());
          }

          @Override
          public JobOutcome suspended(AttemptEnd.Suspended suspended) {
            return new JobOutcome.Suspended(Optional.ofNullable(resumesAt));
          }

          @Override
          public JobOutcome released(AttemptEnd.Released released) {
            return new JobOutcome.Released(released.delay());
          }

          @Override
          public JobOutcome cancelled(AttemptEnd.Cancelled cancelled) {
            return new JobOutcome.Cancelled();
          }

          @Override
          public JobOutcome crashed(AttemptEnd.Crashed crashed) {
            throw new IllegalStateException(
                "An attempt in the thread of a test ended as a crash of the process: "
                    + crashed.failure().message());
          }
        });
  }

  static JobError error(AttemptFailure failure) {
    return JobError.of(failure.reason(), failure.errorClass(), failure.message());
  }
}
