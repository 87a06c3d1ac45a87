package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt, as it is recorded. If somebody has asked to cancel a job that would
 * otherwise wait for another attempt, the job is cancelled instead.
 *
 * <p>Code that handles ends calls these methods, or {@link #match} where each variant needs
 * something different. So a new variant does not compile until all of that code handles it.
 */
public sealed interface AttemptEnd {

  /** The lease of the attempt. */
  Lease lease();

  /** The outcome of the attempt. */
  JobAttempt.Outcome outcome();

  /**
   * The status of the job from now on, unless somebody has asked to cancel it, or it has {@link
   * Crashed} too often.
   */
  JobStatus status();

  /** The failure; null if nothing went wrong. */
  @Nullable AttemptFailure failure();

  /** The time that the job waits for another attempt; zero if none follows. */
  Duration delay();

  /**
   * The end that is recorded if PostgreSQL refuses this one. It contains nothing else that could be
   * refused, and means as nearly as possible the same for the job.
   *
   * @param refusal a message that the end was refused, which PostgreSQL can store
   */
  AttemptEnd withoutRefused(AttemptFailure refusal);

  /** Calls the case of this variant. */
  <T> T match(Cases<T> cases);

  /** Returns whether the attempt counts as one of the job's attempts. */
  default boolean isCounted() {
    return switch (outcome()) {
      case COMPLETED, FAILED, TIMED_OUT, CANCELLED -> true;
      case SNOOZED, SUSPENDED, RELEASED, LOST -> false;
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

    /** The handler has postponed the job. */
    T snoozed(Snoozed end);

    /** The job waits for a signal, a time or a person. */
    T suspended(Suspended end);

    /** The worker releases the job. */
    T released(Released end);

    /** The job was cancelled. */
    T cancelled(Cancelled end);

    /** The attempt crashed its worker. */
    T crashed(Crashed end);
  }

  /**
   * The attempt ended well.
   *
   * @param lease the lease of the attempt
   * @param result what the handler returned, as JSON; null if it returned nothing
   * @param resultVersion the version of the type that wrote the result
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
   * The handler has postponed the job; the attempt does not count.
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
   * The job waits for a signal, a time or a person; the attempt does not count. The records that
   * the attempt has left ({@link StepStore}) say for what. PostgreSQL decides when the job is due:
   * now, if a signal or a decision came meanwhile; otherwise at the first time that a wait of this
   * attempt ends, or never.
   *
   * @param lease the lease of the attempt
   */
  record Suspended(Lease lease) implements AttemptEnd {
    @Override
    public JobAttempt.Outcome outcome() {
      return JobAttempt.Outcome.SUSPENDED;
    }

    @Override
    public JobStatus status() {
      return JobStatus.PENDING;
    }

    @Override
    public @Nullable AttemptFailure failure() {
      return null;
    }

    /** Zero, because only PostgreSQL knows. */
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
      return cases.suspended(this);
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

    /** The job may be attempted again immediately. */
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
   * The attempt crashed its worker: it ended the process, or could not begin because its payload
   * does not fit into memory. It counts as a crash and not as an attempt. The job waits for another
   * attempt, or fails if it has crashed too often.
   *
   * @param lease the lease of the attempt
   * @param failure what went wrong
   * @param maxCrashes the number of crashes that fails the job
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
