package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import org.jspecify.annotations.Nullable;

/**
 * A failure of an attempt.
 *
 * @param reason why the attempt counts as failed
 * @param errorClass the class of the exception; null if there was none
 * @param message the message, for people to read; null if there is none
 * @param stack the stack trace of the exception; null if there was none
 * @param fingerprint the same for failures of the same kind; null if there was no exception
 */
public record AttemptFailure(
    JobError.Reason reason,
    @Nullable String errorClass,
    @Nullable String message,
    @Nullable String stack,
    @Nullable String fingerprint) {

  /** A failure without an exception: a rule of Tenon ended the attempt. */
  public static AttemptFailure of(JobError.Reason reason, String message) {
    return new AttemptFailure(reason, null, message, null, null);
  }

  /** The same failure, counted as one of another kind. */
  AttemptFailure withReason(JobError.Reason other) {
    return new AttemptFailure(other, errorClass, message, stack, fingerprint);
  }

  JobAttempt.Outcome outcome() {
    return reason == JobError.Reason.TIMED_OUT
        ? JobAttempt.Outcome.TIMED_OUT
        : JobAttempt.Outcome.FAILED;
  }
}
