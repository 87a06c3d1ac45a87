package dev.tenon.jobs.worker;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.store.AttemptEnd;
import dev.tenon.jobs.store.ClaimedJob;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What becomes of a job whose attempt failed. */
final class Failures {

  private static final int LONGEST_MESSAGE = 4_000;
  private static final int LONGEST_STACK = 20_000;

  private Failures() {}

  /** Attempted again, if the policy has an attempt left. */
  static AttemptEnd retryable(
      ClaimedJob job, JobAttempt.Outcome outcome, RetryPolicy policy, Throwable e) {
    return retryable(job, outcome, policy, e.getClass().getName(), message(e), stack(e));
  }

  private static AttemptEnd retryable(
      ClaimedJob job,
      JobAttempt.Outcome outcome,
      RetryPolicy policy,
      String errorClass,
      @Nullable String message,
      @Nullable String stack) {
    boolean again = job.attempt() < job.maxAttempts();
    return new AttemptEnd(
        job.id(),
        job.lease(),
        outcome,
        again ? JobStatus.PENDING : JobStatus.FAILED,
        null,
        errorClass,
        message,
        stack,
        again ? policy.delayAfter(job.attempt()) : Duration.ZERO);
  }

  /** Not attempted again. */
  static AttemptEnd permanent(ClaimedJob job, Throwable e) {
    return AttemptEnd.failed(job.id(), job.lease(), e.getClass().getName(), message(e), stack(e));
  }

  /** Attempted again, if the policy has an attempt left; the attempt took too long. */
  static AttemptEnd timedOut(ClaimedJob job, JobDefinition<?, ?> definition) {
    return retryable(
        job,
        JobAttempt.Outcome.TIMED_OUT,
        definition.retryPolicy(),
        "dev.tenon.jobs.AttemptTimedOut",
        "The attempt took longer than its timeout of " + definition.timeout() + ".",
        null);
  }

  /** For logs. */
  static String whatHappensNext(AttemptEnd end) {
    return end.status() == JobStatus.PENDING
        ? "the next one starts in " + end.delay()
        : "it was the last one, and the job has failed";
  }

  private static @Nullable String message(Throwable e) {
    return e.getMessage() == null ? null : Texts.storable(e.getMessage(), LONGEST_MESSAGE);
  }

  private static String stack(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return Texts.storable(text.toString(), LONGEST_STACK);
  }
}
