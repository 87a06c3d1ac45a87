package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.JobStatus.CANCELLED;
import static dev.tenon.jobs.JobStatus.COMPLETED;
import static dev.tenon.jobs.JobStatus.FAILED;
import static dev.tenon.jobs.JobStatus.PENDING;
import static dev.tenon.jobs.JobStatus.QUEUED;
import static dev.tenon.jobs.JobStatus.RUNNING;

import dev.tenon.jobs.JobStatus;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Every allowed change of a job's status, lease and worker; any other change is a defect.
 * Statements of this package take the statuses that they expect from here; the functions of the
 * database state them in SQL. The databases of the tests have a trigger that is generated from this
 * list and refuses every other change, whoever makes it.
 *
 * <p>The lease never goes down. It goes up when an attempt starts. It also goes up when a waiting
 * job needs a new pointer while an old one may be in flight, and when a job that has ended waits
 * again, so that a late confirmation of the old one does not count. Only a claim changes the
 * worker; after an attempt has ended, the row still names the worker of the last one.
 */
@SuppressWarnings("ImmutableEnumChecker") // the sets are unmodifiable
public enum StatusChange {
  /** A job is submitted. */
  SUBMIT(none(), only(PENDING), LeaseChange.STAYS),
  /** The broker has confirmed the pointer. */
  PUBLISH(only(PENDING), only(QUEUED), LeaseChange.STAYS),
  /** The broker has confirmed the pointer again, because it had lost the first one. */
  PUBLISH_AGAIN(only(QUEUED), only(QUEUED), LeaseChange.STAYS),
  /**
   * A worker starts an attempt; it does so from pending when the pointer overtook its confirmation.
   */
  CLAIM(waiting(), only(RUNNING), LeaseChange.GOES_UP),
  /**
   * The pointer was consumed without an attempt: its worker does not know the type or version, has
   * no memory for the payload, or found the row locked.
   */
  PARKED(waiting(), only(PENDING), LeaseChange.GOES_UP),
  /** A submit with the same unique key, or an operator, has given the job another time. */
  MOVE(waiting(), only(PENDING), LeaseChange.GOES_UP),
  /** The type now has limits, so that the job is no longer published. */
  ADOPT(waiting(), only(PENDING), LeaseChange.GOES_UP),
  /**
   * The job has another priority or routing key now, and its pointer has the old one; or its
   * workflow is paused.
   */
  PUT_BACK(waiting(), only(PENDING), LeaseChange.GOES_UP),
  /** The worker that holds the lease says how the attempt ended. */
  FINISH(only(RUNNING), EnumSet.of(COMPLETED, FAILED, CANCELLED, PENDING), LeaseChange.STAYS),
  /** The worker that holds the lease is lost. */
  RESCUE(only(RUNNING), EnumSet.of(PENDING, FAILED, CANCELLED), LeaseChange.STAYS),
  /** The payload cannot be made from the results of the tasks before it. */
  REFUSE_INPUT(only(PENDING), only(FAILED), LeaseChange.STAYS),
  /**
   * The task of a workflow is not needed, or cannot start because the tasks before it did not end
   * as required.
   */
  SKIP(waiting(), only(CANCELLED), LeaseChange.STAYS),
  /** A skipped task can start after all, because a task before it is retried. */
  RESUME_SKIPPED(only(CANCELLED), only(PENDING), LeaseChange.GOES_UP),
  /** Somebody cancels a waiting job. */
  CANCEL_WAITING(waiting(), only(CANCELLED), LeaseChange.STAYS),
  /** An operator retries a job. */
  RETRY(EnumSet.of(FAILED, CANCELLED), only(PENDING), LeaseChange.GOES_UP),
  /** A workflow runs again from a task that comes before the job, or from the job itself. */
  RUN_AGAIN(EnumSet.of(COMPLETED, FAILED, CANCELLED), only(PENDING), LeaseChange.GOES_UP),
  /** An operator deletes a job that has ended, or its retention has ended. */
  DELETE(EnumSet.of(COMPLETED, FAILED, CANCELLED), none(), LeaseChange.STAYS);

  /** The effect of a change on the lease. */
  public enum LeaseChange {
    /** The lease stays as it is. */
    STAYS,
    /** The lease is one higher than before. */
    GOES_UP
  }

  private final Set<JobStatus> from;
  private final Set<JobStatus> to;
  private final LeaseChange lease;

  StatusChange(Set<JobStatus> from, Set<JobStatus> to, LeaseChange lease) {
    this.from = Collections.unmodifiableSet(from);
    this.to = Collections.unmodifiableSet(to);
    this.lease = lease;
  }

  private static Set<JobStatus> none() {
    return EnumSet.noneOf(JobStatus.class);
  }

  private static Set<JobStatus> only(JobStatus status) {
    return EnumSet.of(status);
  }

  private static Set<JobStatus> waiting() {
    return EnumSet.of(PENDING, QUEUED);
  }

  /** The statuses that a job may have before the change; none if there is no job yet. */
  public Set<JobStatus> from() {
    return from;
  }

  /** The statuses that a job may have after the change; none if the job is no longer there. */
  public Set<JobStatus> to() {
    return to;
  }

  /** Returns the effect of the change on the lease. */
  public LeaseChange lease() {
    return lease;
  }

  /** Returns whether the change sets another worker. */
  public boolean setsWorker() {
    return this == CLAIM;
  }
}
