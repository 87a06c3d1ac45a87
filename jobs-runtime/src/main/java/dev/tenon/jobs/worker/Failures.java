package dev.tenon.jobs.worker;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobSnoozedException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.store.AttemptEnd;
import dev.tenon.jobs.store.ClaimedJob;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What becomes of a job whose attempt did not end well: the one place where exceptions decide. */
final class Failures {

  private static final int LONGEST_MESSAGE = 4_000;
  private static final int LONGEST_STACK = 20_000;

  private Failures() {}

  /** What the handler's exception means for the job. */
  static AttemptEnd thrown(ClaimedJob job, RetryPolicy policy, Throwable e) {
    if (e instanceof JobSnoozedException snooze) {
      return AttemptEnd.snoozed(job.id(), job.lease(), snooze.delay());
    }
    if (e instanceof PermanentJobException || !policy.retriesOn(e)) {
      return permanent(job, e);
    }
    Duration delay = e instanceof RetryJobException retry ? retry.delay() : delay(job, policy);
    return retryable(
        job,
        JobAttempt.Outcome.FAILED,
        delay,
        e.getClass().getName(),
        message(e),
        stack(e),
        Fingerprint.of(e));
  }

  /** Not attempted again. */
  static AttemptEnd permanent(ClaimedJob job, Throwable e) {
    return AttemptEnd.failed(
        job.id(), job.lease(), e.getClass().getName(), message(e), stack(e), Fingerprint.of(e));
  }

  /** Attempted again, if there is an attempt left; the attempt took too long. */
  static AttemptEnd timedOut(ClaimedJob job, JobDefinition<?, ?> definition) {
    return retryable(
        job,
        JobAttempt.Outcome.TIMED_OUT,
        delay(job, definition.retryPolicy()),
        "dev.tenon.jobs.AttemptTimedOut",
        "The attempt took longer than its timeout of " + Texts.of(definition.timeout()) + ".",
        null,
        null);
  }

  private static Duration delay(ClaimedJob job, RetryPolicy policy) {
    return policy.delayAfter(job.attempt(), ThreadLocalRandom.current().nextDouble());
  }

  private static AttemptEnd retryable(
      ClaimedJob job,
      JobAttempt.Outcome outcome,
      Duration delay,
      String errorClass,
      @Nullable String message,
      @Nullable String stack,
      @Nullable String fingerprint) {
    boolean again = job.attempt() < job.maxAttempts();
    return new AttemptEnd(
        job.id(),
        job.lease(),
        outcome,
        again ? JobStatus.PENDING : JobStatus.FAILED,
        null,
        null,
        errorClass,
        message,
        stack,
        fingerprint,
        again ? delay : Duration.ZERO);
  }

  /** For logs. */
  static String whatHappensNext(ClaimedJob job, AttemptEnd end) {
    if (end.status() == JobStatus.PENDING) {
      return "the next one starts in " + Texts.of(end.delay());
    }
    return job.attempt() < job.maxAttempts()
        ? "no other attempt can succeed, and the job has failed"
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
