package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobStatus;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the table should say of one job, by the rules as people tell them. Not thread-safe. */
final class StateMachineModel {

  JobStatus status = JobStatus.PENDING;
  long lease;
  int attempts;
  int crashes;
  boolean cancelRequested;
  @Nullable String worker;
  final TreeMap<Long, Outcome> ended = new TreeMap<>();

  void publish(long leaseOfPointer) {
    if (status == JobStatus.PENDING && lease == leaseOfPointer) {
      status = JobStatus.QUEUED;
    }
  }

  /** Whether it gets another time, and has to be published again. */
  boolean move() {
    if (status != JobStatus.PENDING && status != JobStatus.QUEUED) {
      return false;
    }
    status = JobStatus.PENDING;
    lease++;
    return true;
  }

  /** Whether the worker has it now. */
  boolean claim(String claimant) {
    if (status != JobStatus.PENDING && status != JobStatus.QUEUED) {
      return false;
    }
    status = JobStatus.RUNNING;
    lease++;
    attempts++;
    worker = claimant;
    return true;
  }

  /** Whether the outcome counts. */
  boolean finish(long underLease, Outcome outcome, JobStatus then) {
    if (status != JobStatus.RUNNING || lease != underLease) {
      return false;
    }
    end(outcome, then);
    if (outcome == Outcome.RELEASED || outcome == Outcome.SNOOZED) {
      attempts--;
    }
    return true;
  }

  void rescue(String lost, int maxCrashes) {
    if (status == JobStatus.RUNNING && lost.equals(worker)) {
      attempts--;
      crashes++;
      end(Outcome.LOST, crashes >= maxCrashes ? JobStatus.FAILED : JobStatus.PENDING);
      if (cancelRequested) {
        status = JobStatus.CANCELLED;
      }
    }
  }

  private void end(Outcome outcome, JobStatus then) {
    ended.put(lease, outcome);
    status = then == JobStatus.PENDING && cancelRequested ? JobStatus.CANCELLED : then;
  }

  void cancel() {
    switch (status) {
      case PENDING, QUEUED -> {
        status = JobStatus.CANCELLED;
        cancelRequested = true;
      }
      case RUNNING -> cancelRequested = true;
      case COMPLETED, FAILED, CANCELLED -> {
        // What has ended stays as it is
      }
    }
  }

  void retry() {
    if (status == JobStatus.FAILED || status == JobStatus.CANCELLED) {
      status = JobStatus.PENDING;
      lease++;
      attempts = 0;
      crashes = 0;
      cancelRequested = false;
    }
  }

  @Override
  public String toString() {
    return "%s, lease %d, %d attempts, %d crashes%s, %s"
        .formatted(
            status.code(), lease, attempts, crashes, cancelRequested ? ", to cancel" : "", ended);
  }
}
