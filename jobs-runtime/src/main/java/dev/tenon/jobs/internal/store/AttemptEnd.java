package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended, as it is recorded. A job that would wait for another attempt though
 * somebody has asked to cancel it becomes cancelled instead.
 *
 * <p>Each variant answers for itself: whoever handles ends calls these methods, or {@link #match}
 * where each variant needs something else, so that a new variant does not compile until everybody
 * knows it.
 */
public sealed interface AttemptEnd {

  /** The lease of the attempt. */
  Lease lease();

  /** How the attempt ended. */
  JobAttempt.Outcome outcome();

  /**
   * The status of the job from now on, unless somebody has asked to cancel it, or it has {@link
   * Crashed} too often.
   */
  JobStatus status();

  /** What went wrong; null if nothing did. */
  @Nullable AttemptFailure failure();

  /** How long the job waits for another attempt; zero if none follows. */
  Duration delay();

  /**
   * What is recorded if PostgreSQL refuses this end: it has nothing left that could be refused, and
   * means the same for the job as far as that can be.
   *
   * @param refusal says that the end was refused, in words that can be stored
   */
  AttemptEnd withoutRefused(AttemptFailure refusal);

  /** Calls the case of this variant. */
  <T> T match(Cases<T> cases);

  /** Whether the attempt is one of those that the job may have. */
  default boolean isCounted() {
    return switch (outcome()) {
      case COMPLETED, FAILED, TIMED_OUT, CANCELLED -> true;
      case SNOOZED, RELEASED, LOST -> false;
    };
  }

  /**
   * A case for each variant.
   *
   * @param <T> what they return
   */
  interface Cases<T> {
    /** The attempt ended well. */
    T completed(Completed end);

    /** The attempt failed, and the job with it. */
    T failed(Failed end);

    /** The attempt failed, and the job is attempted again. */
    T retried(Retried end);

    /** The handler has put the job off. */
    T snoozed(Snoozed end);

    /** The worker releases the job. */
    T released(Released end);

    /** The job was cancelled. */
    T cancelled(Cancelled end);

    /** The attempt harmed its worker. */
    T crashed(Crashed end);
  }

  /**
   * The attempt ended well.
   *
   * @param lease the lease of the attempt
   * @param result what the handler returned, as JSON; null if it returned nothing
   * @param resultVersion the version of the type with which the result was written
   */
  record Completed(Lease lease, @Nullable String result, int resultVersion) implements AttemptEnd {
    @Override
    public JobAttempt.Outcome outcome() {
      return JobAttempt.Outcome.COMPLETED;
    }

    @Override
    public JobStatus status() {
      return JobStatus.COMPLETED;
    }

    @Override
    public @Nullable AttemptFailure failure() {
      return null;
    }

    @Override
    public Duration delay() {
      return Duration.ZERO;
    }

    @Override
    public AttemptEnd withoutRefused(AttemptFailure refusal) {
      return new Failed(lease, refusal);
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.completed(this);
    }
  }

  /**
   * The attempt failed, and the job with it: it is not attempted again.
   *
   * @param lease the lease of the attempt
   * @param failure what went wrong
   */
  record Failed(Lease lease, AttemptFailure failure) implements AttemptEnd {
    @Override
    public JobAttempt.Outcome outcome() {
      return failure.outcome();
    }

    @Override
    public JobStatus status() {
      return JobStatus.FAILED;
    }

    @Override
    public Duration delay() {
      return Duration.ZERO;
    }

    @Override
    public AttemptEnd withoutRefused(AttemptFailure refusal) {
      return new Failed(lease, refusal);
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.failed(this);
    }
  }

  /**
   * The attempt failed, and the job is attempted again.
   *
   * @param lease the lease of the attempt
   * @param failure what went wrong
   * @param delay how long the job waits
   */
  record Retried(Lease lease, AttemptFailure failure, Duration delay) implements AttemptEnd {
    @Override
    public JobAttempt.Outcome outcome() {
      return failure.outcome();
    }

    @Override
    public JobStatus status() {
      return JobStatus.PENDING;
    }

    @Override
    public AttemptEnd withoutRefused(AttemptFailure refusal) {
      return new Retried(lease, refusal, delay);
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.retried(this);
    }
  }

  /**
   * The handler has put the job off; the attempt does not count.
   *
   * @param lease the lease of the attempt
   * @param delay how long the job waits
   */
  record Snoozed(Lease lease, Duration delay) implements AttemptEnd {
    @Override
    public JobAttempt.Outcome outcome() {
      return JobAttempt.Outcome.SNOOZED;
    }

    @Override
    public JobStatus status() {
      return JobStatus.PENDING;
    }

    @Override
    public @Nullable AttemptFailure failure() {
      return null;
    }

    @Override
    public AttemptEnd withoutRefused(AttemptFailure refusal) {
      return this;
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.snoozed(this);
    }
  }

  /**
   * The worker releases the job; the attempt does not count.
   *
   * @param lease the lease of the attempt
   * @param delay how long the job waits
   * @param failure what went wrong through no fault of the job; null if nothing did
   */
  record Released(Lease lease, Duration delay, @Nullable AttemptFailure failure)
      implements AttemptEnd {

    /** The job may be attempted again after a while. */
    public Released(Lease lease, Duration delay) {
      this(lease, delay, null);
    }

    /** The job may be attempted again at once. */
    public Released(Lease lease) {
      this(lease, Duration.ZERO);
    }

    @Override
    public JobAttempt.Outcome outcome() {
      return JobAttempt.Outcome.RELEASED;
    }

    @Override
    public JobStatus status() {
      return JobStatus.PENDING;
    }

    @Override
    public AttemptEnd withoutRefused(AttemptFailure refusal) {
      return new Released(lease, delay);
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.released(this);
    }
  }

  /**
   * The attempt ended because the job was cancelled.
   *
   * @param lease the lease of the attempt
   */
  record Cancelled(Lease lease) implements AttemptEnd {
    @Override
    public JobAttempt.Outcome outcome() {
      return JobAttempt.Outcome.CANCELLED;
    }

    @Override
    public JobStatus status() {
      return JobStatus.CANCELLED;
    }

    @Override
    public @Nullable AttemptFailure failure() {
      return null;
    }

    @Override
    public Duration delay() {
      return Duration.ZERO;
    }

    @Override
    public AttemptEnd withoutRefused(AttemptFailure refusal) {
      return this;
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.cancelled(this);
    }
  }

  /**
   * The attempt did its worker harm: it ended the process, or it could not begin since its payload
   * does not fit into memory. It counts as a crash and not as an attempt, and the job waits for
   * another one, unless it has crashed too often: then it fails.
   *
   * @param lease the lease of the attempt
   * @param failure what went wrong
   * @param maxCrashes with that many crashes the job fails
   * @param delay how long the job waits
   */
  record Crashed(Lease lease, AttemptFailure failure, int maxCrashes, Duration delay)
      implements AttemptEnd {
    @Override
    public JobAttempt.Outcome outcome() {
      return JobAttempt.Outcome.LOST;
    }

    @Override
    public JobStatus status() {
      return JobStatus.PENDING;
    }

    @Override
    public AttemptEnd withoutRefused(AttemptFailure refusal) {
      return new Crashed(lease, refusal.withReason(failure.reason()), maxCrashes, delay);
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.crashed(this);
    }
  }
}
