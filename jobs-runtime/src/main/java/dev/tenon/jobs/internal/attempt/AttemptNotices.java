package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.listen.JobListener.Attempting;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Notifies listeners of one attempt, and marks the log lines of its thread with its job. The
 * attempt may end before its handler has returned, and even before the listeners are notified of
 * its start. Thread-safe.
 */
final class AttemptNotices {

  /** The keys of the log context (MDC). */
  static final String JOB_ID = "tenon.job.id";

  static final String JOB_TYPE = "tenon.job.type";
  static final String JOB_ATTEMPT = "tenon.job.attempt";

  private final JobListeners listeners;
  private final ClaimedJob job;
  private final JobDefinition<?, ?> definition;
  private final long claimedNanos = System.nanoTime();
  private long startedNanos = claimedNanos;
  private @Nullable Map<String, String> contextBefore;
  private @Nullable Attempting observer;
  private JobListener.@Nullable AttemptEnd end;
  private @Nullable Throwable exception;

  /** Creates notices for a job that has just been claimed. */
  AttemptNotices(JobListeners listeners, ClaimedJob job, JobDefinition<?, ?> definition) {
    this.listeners = listeners;
    this.job = job;
    this.definition = definition;
  }

  /**
   * Notifies listeners that the attempt starts on this thread.
   *
   * @param batchSize the number of jobs that start together; 1 for a single one
   */
  void starts(int batchSize) {
    startedNanos = System.nanoTime();
    contextBefore = MDC.getCopyOfContextMap();
    MDC.put(JOB_TYPE, job.type());
    if (batchSize == 1) {
      // A line of a batch is not about one of its jobs
      MDC.put(JOB_ID, job.id().toString());
      MDC.put(JOB_ATTEMPT, Integer.toString(job.attempt()));
    }
    Attempting started = listeners.attemptStarts(() -> attempt(batchSize));
    JobListener.AttemptEnd endedMeanwhile;
    synchronized (this) {
      observer = started;
      endedMeanwhile = end;
    }
    if (endedMeanwhile != null) {
      started.ended(endedMeanwhile);
    }
  }

  private JobListener.Attempt attempt(int batchSize) {
    return new ListenerRecords.Attempt(
        job.id(),
        definition.type(),
        definition.routingKey(),
        job.attempt(),
        job.maxAttempts(),
        job.lease().workerId(),
        job.waited().plusNanos(startedNanos - claimedNanos),
        Optional.ofNullable(job.itemId()),
        job.submittedBy(),
        Optional.ofNullable(job.workflowId()),
        Optional.ofNullable(job.traceContext()),
        batchSize);
  }

  /** Returns the listener of the attempt, which its steps notify as well. */
  synchronized Attempting listener() {
    return observer == null ? Attempting.NOTHING : observer;
  }

  /** Sets the failure of the attempt. */
  synchronized void threw(Throwable e) {
    exception = e;
  }

  /** Notifies that the handler has returned, on the thread that it started on. */
  void handlerReturned() {
    Attempting started;
    synchronized (this) {
      started = observer;
    }
    if (started != null) {
      started.handlerReturned();
    }
    // Including entries that the handler has added and left there
    if (contextBefore == null) {
      MDC.clear();
    } else {
      MDC.setContextMap(contextBefore);
    }
  }

  /** Notifies that the attempt has ended, if its start was notified. */
  void ended(AttemptEnd how) {
    ended(how.outcome(), how.status(), how.delay());
  }

  /** Notifies that the job was given to another worker. */
  void lost() {
    ended(JobAttempt.Outcome.LOST, JobStatus.PENDING, Duration.ZERO);
  }

  private void ended(JobAttempt.Outcome outcome, JobStatus next, Duration retryIn) {
    Attempting started;
    JobListener.AttemptEnd reported;
    synchronized (this) {
      reported =
          new ListenerRecords.AttemptEnd(
              outcome,
              Duration.ofNanos(System.nanoTime() - startedNanos),
              next,
              retryIn,
              Optional.ofNullable(outcome == JobAttempt.Outcome.FAILED ? exception : null));
      end = reported;
      started = observer;
    }
    if (started != null) {
      started.ended(reported);
    }
  }
}
