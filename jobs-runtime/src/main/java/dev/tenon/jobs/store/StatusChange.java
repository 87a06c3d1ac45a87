package dev.tenon.jobs.store;

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
 * The changes of status that the statements of this package and the functions of the database make.
 * Each of these statements takes the statuses that it expects from here; the functions state them
 * in SQL, and a contract test holds both.
 */
@SuppressWarnings("ImmutableEnumChecker") // the sets are unmodifiable
public enum StatusChange {
  /** The broker has confirmed the pointer. */
  PUBLISH(EnumSet.of(PENDING), EnumSet.of(QUEUED)),
  /** The broker has confirmed the pointer once more, since it had lost the first one. */
  PUBLISH_AGAIN(EnumSet.of(QUEUED), EnumSet.of(QUEUED)),
  /**
   * A worker starts an attempt; it does so from pending when the pointer overtook its confirmation.
   */
  CLAIM(EnumSet.of(PENDING, QUEUED), EnumSet.of(RUNNING)),
  /** Its pointer came to a worker that does not know its type or version. */
  SET_BACK(EnumSet.of(PENDING, QUEUED), EnumSet.of(PENDING)),
  /** A submit with the same unique key, or an operator, has given the job another time. */
  MOVE(EnumSet.of(PENDING, QUEUED), EnumSet.of(PENDING)),
  /** Its type has become limited, so that it is not published any more. */
  ADOPT(EnumSet.of(PENDING, QUEUED), EnumSet.of(PENDING)),
  /** It has another priority or routing key now, and its pointer has the old one. */
  PUT_BACK(EnumSet.of(PENDING, QUEUED), EnumSet.of(PENDING)),
  /** The worker that holds the lease says how the attempt ended. */
  FINISH(EnumSet.of(RUNNING), EnumSet.of(COMPLETED, FAILED, CANCELLED, PENDING)),
  /** The worker that holds the lease is lost. */
  RESCUE(EnumSet.of(RUNNING), EnumSet.of(PENDING, FAILED, CANCELLED)),
  /** Its payload cannot be made from the results of the steps before it. */
  REFUSE_INPUT(EnumSet.of(PENDING), EnumSet.of(FAILED)),
  /** The result of a step before it says that it is not needed. */
  SKIP(EnumSet.of(PENDING), EnumSet.of(CANCELLED)),
  /** Somebody cancels a job that waits. */
  CANCEL_WAITING(EnumSet.of(PENDING, QUEUED), EnumSet.of(CANCELLED)),
  /** An operator runs a job again; the only change from a terminal status. */
  RETRY(EnumSet.of(FAILED, CANCELLED), EnumSet.of(PENDING)),
  /** An operator deletes a job that has ended. */
  DELETE(EnumSet.of(COMPLETED, FAILED, CANCELLED), EnumSet.noneOf(JobStatus.class));

  private final Set<JobStatus> from;
  private final Set<JobStatus> to;

  StatusChange(Set<JobStatus> from, Set<JobStatus> to) {
    this.from = Collections.unmodifiableSet(from);
    this.to = Collections.unmodifiableSet(to);
  }

  /** The statuses that a job may have before the change. */
  public Set<JobStatus> from() {
    return from;
  }

  /** The statuses that a job may have after it. */
  public Set<JobStatus> to() {
    return to;
  }
}
