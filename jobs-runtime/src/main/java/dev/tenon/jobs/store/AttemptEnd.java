package dev.tenon.jobs.store;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended, as it is recorded.
 *
 * @param jobId the job
 * @param lease the lease of the attempt
 * @param outcome how the attempt ended
 * @param status the status of the job from now on; a job that would be attempted again though
 *     somebody has asked to cancel it becomes cancelled instead
 * @param result what the handler returned, as JSON
 * @param resultVersion the version of the type with which it was written; null if the attempt did
 *     not end well
 * @param errorClass what went wrong
 * @param errorMessage what it said
 * @param stack its stack trace
 * @param fingerprint the same for failures of the same kind
 * @param delay how long the job waits, if it is attempted again
 */
public record AttemptEnd(
    UUID jobId,
    long lease,
    JobAttempt.Outcome outcome,
    JobStatus status,
    @Nullable String result,
    @Nullable Integer resultVersion,
    @Nullable String errorClass,
    @Nullable String errorMessage,
    @Nullable String stack,
    @Nullable String fingerprint,
    Duration delay) {

  /** The attempt ended well. */
  public static AttemptEnd completed(
      UUID jobId, long lease, @Nullable String result, int resultVersion) {
    return new AttemptEnd(
        jobId,
        lease,
        JobAttempt.Outcome.COMPLETED,
        JobStatus.COMPLETED,
        result,
        resultVersion,
        null,
        null,
        null,
        null,
        Duration.ZERO);
  }

  /** The handler has put the job off; the attempt does not count. */
  public static AttemptEnd snoozed(UUID jobId, long lease, Duration delay) {
    return new AttemptEnd(
        jobId,
        lease,
        JobAttempt.Outcome.SNOOZED,
        JobStatus.PENDING,
        null,
        null,
        null,
        null,
        null,
        null,
        delay);
  }

  /** The job has failed, and is not attempted again. */
  public static AttemptEnd failed(
      UUID jobId,
      long lease,
      String errorClass,
      @Nullable String errorMessage,
      @Nullable String stack,
      @Nullable String fingerprint) {
    return new AttemptEnd(
        jobId,
        lease,
        JobAttempt.Outcome.FAILED,
        JobStatus.FAILED,
        null,
        null,
        errorClass,
        errorMessage,
        stack,
        fingerprint,
        Duration.ZERO);
  }

  /** The attempt ended because the job was cancelled. */
  public static AttemptEnd cancelled(UUID jobId, long lease) {
    return new AttemptEnd(
        jobId,
        lease,
        JobAttempt.Outcome.CANCELLED,
        JobStatus.CANCELLED,
        null,
        null,
        null,
        null,
        null,
        null,
        Duration.ZERO);
  }

  /** The worker gives the job back; the attempt does not count. */
  public static AttemptEnd released(UUID jobId, long lease) {
    return released(jobId, lease, Duration.ZERO);
  }

  /** The worker gives the job back, to be tried again after a while; the attempt does not count. */
  public static AttemptEnd released(UUID jobId, long lease, Duration delay) {
    return new AttemptEnd(
        jobId,
        lease,
        JobAttempt.Outcome.RELEASED,
        JobStatus.PENDING,
        null,
        null,
        null,
        null,
        null,
        null,
        delay);
  }
}
