package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobSnoozedException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimedJob;
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
   * What the handler's exception means for the job.
   *
   * @param sensitive what is hidden in what is recorded of it
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
   * Whether the policy leaves it open what becomes of the job: the handler has not decided it, and
   * the exception is not one that ends the job for good.
   */
  static boolean isRetryable(RetryPolicy policy, Throwable e) {
    return !(e instanceof JobSnoozedException
            || e instanceof ResultTooLargeException
            || e instanceof PermanentJobException)
        && policy.retriesOn(e);
  }

  /** Attempted again, uncounted: the database was away, and the handler failed because of it. */
  static AttemptEnd.Released withoutDatabase(
      ClaimedJob job, Throwable e, SensitiveValues sensitive) {
    Duration wait =
        e instanceof RetryJobException retry ? retry.delay() : UncountedRelease.wait(job);
    return new AttemptEnd.Released(job.lease(), wait, failure(e, sensitive));
  }

  /** Not attempted again. */
  static AttemptEnd permanent(ClaimedJob job, Throwable e, SensitiveValues sensitive) {
    return new AttemptEnd.Failed(job.lease(), failure(e, sensitive));
  }

  /**
   * Attempted again, if there is an attempt left; the attempt took too long.
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

  private static AttemptFailure failure(Throwable e, SensitiveValues sensitive) {
    return new AttemptFailure(
        JobError.Reason.EXCEPTION,
        StoredText.storable(e.getClass().getName(), StoredText.MAX_ERROR_CLASS_BYTES),
        message(e, sensitive),
        StoredText.storable(sensitive.stack(e), StoredText.MAX_STACK_BYTES),
        Fingerprint.of(e));
  }

  /** For logs. */
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
