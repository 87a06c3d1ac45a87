package dev.tenon.jobs.internal.listeners;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.listen.JobListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The records that are passed to listeners. */
public final class ListenerRecords {

  private ListenerRecords() {}

  /** A submit. */
  public record Submit(
      JobListener.Source source, String name, List<JobListener.Jobs> jobs, boolean isInTransaction)
      implements JobListener.Submit {

    /** Makes the list immutable. */
    public Submit {
      jobs = List.copyOf(jobs);
    }
  }

  /** Jobs of one type. */
  public record Jobs(String type, String routingKey, int count) implements JobListener.Jobs {}

  /** An attempt that starts. */
  public record Attempt(
      UUID jobId,
      String type,
      String routingKey,
      int number,
      int maxAttempts,
      String workerId,
      Duration waited,
      Optional<String> itemId,
      String submittedBy,
      Optional<UUID> workflowId,
      Optional<String> traceContext,
      int batchSize)
      implements JobListener.Attempt {}

  /** The end of an attempt. */
  public record AttemptEnd(
      JobAttempt.Outcome outcome,
      Duration took,
      JobStatus nextStatus,
      Duration retryIn,
      Optional<Throwable> exception)
      implements JobListener.AttemptEnd {}

  /** A step, a wait or a sleep. */
  public record Step(String name, String key, JobStep.Kind kind) implements JobListener.Step {}

  /** The end of a step. */
  public record StepEnd(
      JobListener.StepOutcome outcome, Duration took, Optional<Throwable> exception)
      implements JobListener.StepEnd {}

  /** Pointers that were published together. */
  record Publication(int confirmed, int returned, int failed) implements JobListener.Publication {}

  /** A job that was taken from a lost worker. */
  public record Rescue(
      UUID jobId, String type, String routingKey, String workerId, JobStatus nextStatus)
      implements JobListener.Rescue {}

  /** See {@link JobListener.Discard}. */
  public record Discard(JobError.Reason reason, String type, String routingKey, int count)
      implements JobListener.Discard {}
}
