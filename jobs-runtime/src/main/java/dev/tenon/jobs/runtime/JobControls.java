package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.signal.Notifications;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Cancels, retries and reschedules single jobs. Thread-safe. */
final class JobControls {

  private final ControlStore store;
  private final JobService jobs;
  private final Notifications notifications;
  private final Starts starts;

  /**
   * Creates the controls.
   *
   * @param jobs says why a job cannot be changed
   */
  JobControls(ControlStore store, JobService jobs, Notifications notifications, Starts starts) {
    this.store = store;
    this.jobs = jobs;
    this.notifications = notifications;
    this.starts = starts;
  }

  /** Cancels a job. */
  CancelResult cancel(UUID jobId, Actor actor) {
    return cancel(
        jobId,
        ChangeByHand.of("cancel job", jobId.toString(), Objects.requireNonNull(actor, "actor")));
  }

  /** Cancels a job as a part of a larger change. */
  CancelResult cancel(UUID jobId, ChangeByHand change) {
    return changing(
        "cancel job " + jobId,
        () -> {
          // Between the two statements the job may start or go back to waiting, so they are tried
          // again
          while (true) {
            if (store.cancelWaiting(jobId, change)) {
              return CancelResult.CANCELLED;
            }
            if (store.requestCancel(jobId, change)) {
              notifications.cancelRequested(jobId);
              return CancelResult.REQUESTED;
            }
            if (status(jobId).isTerminal()) {
              return CancelResult.ALREADY_ENDED;
            }
          }
        });
  }

  /** Runs a job again. */
  void retry(UUID jobId, Actor actor) {
    ChangeByHand change =
        ChangeByHand.of("retry job", jobId.toString(), Objects.requireNonNull(actor, "actor"));
    changing(
        "retry job " + jobId,
        () -> {
          if (retryUnlessStopped(jobId, change)) {
            return jobId;
          }
          Job job = jobs.get(jobId);
          throw new JobStateException(
              whyNotRetried(jobId).formatted(jobId, job.type(), job.status().code()),
              job.type(),
              jobId,
              job.status());
        });
  }

  /**
   * Runs a job again if it may.
   *
   * @return true if it had failed or was cancelled; false if other tasks of its workflow keep it
   *     from starting
   */
  boolean retryUnlessStopped(UUID jobId, ChangeByHand change) {
    Optional<ControlStore.Retried> retried = store.retry(jobId, change);
    starts.runAgain(retried.stream().toList());
    return retried.isPresent();
  }

  private String whyNotRetried(UUID jobId) {
    if (store.isStopped(jobId)) {
      return "Job %s of type '%s' is %s: it is a task of a workflow, and was not started because an"
          + " earlier task did not meet its condition. Retry that task; this one starts when"
          + " it completes.";
    }
    return store.isCancelledBeforeItsTurn(jobId)
        ? "Job %s of type '%s' is %s: it is a task of a workflow, and an earlier task did not meet"
            + " its condition. Retry that task first, and then this one; or retry the whole"
            + " workflow."
        : "Job %s of type '%s' is %s; only a failed or a cancelled job can be retried.";
  }

  /** Sets when a waiting job is due. */
  void reschedule(UUID jobId, Instant runAt, Actor actor) {
    ChangeByHand change =
        ChangeByHand.of("reschedule job", jobId.toString(), Objects.requireNonNull(actor, "actor"));
    Instant due = SubmittedValues.runAt(Objects.requireNonNull(runAt, "runAt"));
    changing(
        "reschedule job " + jobId,
        () -> {
          if (store.reschedule(jobId, Objects.requireNonNull(due), change)) {
            notifications.committed(List.of(), true);
            return jobId;
          }
          Job job = jobs.get(jobId);
          boolean waits = job.status() == JobStatus.PENDING || job.status() == JobStatus.QUEUED;
          if (waits && !store.waitsForOthers(jobId)) {
            return jobId;
          }
          throw new JobStateException(
              (waits
                      ? "Job %s of type '%s' is %s: "
                          + ControlStore.whatItWaitsFor(jobs.whyWaiting(jobId).orElse(null))
                      : "Job %s of type '%s' is %s; only a waiting job can be rescheduled.")
                  .formatted(jobId, job.type(), job.status().code()),
              job.type(),
              jobId,
              job.status());
        });
  }

  private JobStatus status(UUID jobId) {
    return store.status(jobId).orElseThrow(() -> new JobNotFoundException(jobId));
  }

  private static <T> T changing(String what, Supplier<T> change) {
    try {
      return change.get();
    } catch (StoreException e) {
      throw StoreFailures.of("Could not " + what, null, e);
    }
  }
}
