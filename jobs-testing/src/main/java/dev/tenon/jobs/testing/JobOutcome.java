package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobError;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The outcome of an attempt for its job, by the retry policy of the type. Waits have no jitter:
 * they are exactly as declared. Immutable.
 */
public sealed interface JobOutcome {

  /** The handler returned, and its result is valid: the job has completed. */
  record Completed() implements JobOutcome {}

  /**
   * The attempt failed or took too long, and the job is attempted again.
   *
   * @param delay how long it waits
   * @param error what went wrong
   */
  record Retried(Duration delay, JobError error) implements JobOutcome {}

  /**
   * The attempt failed, and the job with it: it was the last one, or no other can succeed.
   *
   * @param error what went wrong
   */
  record Failed(JobError error) implements JobOutcome {}

  /**
   * The handler has snoozed the job; the attempt does not count.
   *
   * @param delay how long the job waits
   */
  record Snoozed(Duration delay) implements JobOutcome {}

  /** The job was cancelled while it ran. */
  record Cancelled() implements JobOutcome {}

  /**
   * The worker gave the job back, since it was shutting down; the attempt does not count.
   *
   * @param delay how long the job waits
   */
  record Released(Duration delay) implements JobOutcome {}

  /**
   * The job waits for a signal, a time or a person; the attempt does not count.
   *
   * @param until the time when it continues at the latest; empty if only a signal or a person
   *     continues it
   */
  record Suspended(Optional<Instant> until) implements JobOutcome {}
}
