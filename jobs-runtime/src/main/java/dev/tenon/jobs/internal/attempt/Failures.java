package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobSnoozedException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.internal.background.DisplayText;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.values.SensitiveValues;
import dev.tenon.jobs.internal.values.StoredText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to a job whose attempt did not end well: the only place where exceptions
 * decide.
 */
final class Failures {

  private Failures() {}

  /**
   * Returns the consequence of the handler's exception for the job.
   *
   * @param sensitive the values to hide in the record
   * @param random a number from 0 to 1, for the jitter
   */
  static AttemptEnd thrown(
      ClaimedJob job, RetryPolicy policy, Throwable e, SensitiveValues sensitive, double random) {
    if (e instanceof JobSnoozedException snooze) {
      return new AttemptEnd.Snoozed(job.lease(), snooze.delay());
    }
    if (e instanceof ResultTooLargeException tooLarge) {
      return new AttemptEnd.Failed(
          job.lease(), AttemptFailure.of(JobError.Reason.RESULT_TOO_LARGE, tooLarge.explanation()));
    }
    if (e instanceof PermanentJobException || !policy.retriesOn(e)) {
      return permanent(job, e, sensitive);
    }
    Duration delay =
        e instanceof RetryJobException retry
            ? retry.delay()
            : policy.delayAfter(job.attempt(), random);
    return retryable(job, delay, failure(e, sensitive));
  }

  /**
   * Returns whether the retry policy decides: the handler has not decided, and the exception does
   * not end the job for good.
   */
  static boolean isRetryable(RetryPolicy policy, Throwable e) {
    return !(e instanceof JobSnoozedException
            || e instanceof ResultTooLargeException
            || e instanceof PermanentJobException)
        && policy.retriesOn(e);
  }

  /**
   * Returns an end that does not count, so that the job is attempted again: the handler failed
   * because the database was down.
   */
  static AttemptEnd.Released withoutDatabase(
      ClaimedJob job, Throwable e, SensitiveValues sensitive) {
    Duration wait =
        e instanceof RetryJobException retry ? retry.delay() : UncountedRelease.wait(job);
    return new AttemptEnd.Released(job.lease(), wait, failure(e, sensitive));
  }

  /** Returns an end without another attempt. */
  static AttemptEnd permanent(ClaimedJob job, Throwable e, SensitiveValues sensitive) {
    return new AttemptEnd.Failed(job.lease(), failure(e, sensitive));
  }

  /**
   * Returns the end of an attempt that took too long; the job is attempted again if there is an
   * attempt left.
   *
   * @param random a number from 0 to 1, for the jitter
   */
  static AttemptEnd timedOut(ClaimedJob job, JobDefinition<?, ?> definition, double random) {
    return retryable(
        job,
        definition.retryPolicy().delayAfter(job.attempt(), random),
        AttemptFailure.of(
            JobError.Reason.TIMED_OUT,
            "The attempt took longer than its timeout of "
                + DisplayText.of(definition.timeout())
                + "."));
  }

  private static AttemptEnd retryable(ClaimedJob job, Duration delay, AttemptFailure failure) {
    return job.attempt() < job.maxAttempts()
        ? new AttemptEnd.Retried(job.lease(), failure, delay)
        : new AttemptEnd.Failed(job.lease(), failure);
  }

  /** Returns the record of an exception. */
  static AttemptFailure failure(Throwable e, SensitiveValues sensitive) {
    return new AttemptFailure(
        JobError.Reason.EXCEPTION,
        StoredText.storable(e.getClass().getName(), StoredText.MAX_ERROR_CLASS_BYTES),
        message(e, sensitive),
        StoredText.storable(sensitive.stack(e), StoredText.MAX_STACK_BYTES),
        Fingerprint.of(e));
  }

  /** Returns what happens next, for logs. */
  static String whatHappensNext(ClaimedJob job, AttemptEnd end) {
    if (end instanceof AttemptEnd.Retried retried) {
      return "the next one starts in " + DisplayText.of(retried.delay());
    }
    return job.attempt() < job.maxAttempts()
        ? "no other attempt can succeed, and the job has failed"
        : "it was the last one, and the job has failed";
  }

  private static @Nullable String message(Throwable e, SensitiveValues sensitive) {
    return e.getMessage() == null
        ? null
        : StoredText.storable(
            sensitive.hiddenIn(e.getMessage()), StoredText.MAX_ERROR_MESSAGE_BYTES);
  }
}
