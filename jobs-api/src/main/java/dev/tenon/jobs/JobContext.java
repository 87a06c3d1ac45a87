package dev.tenon.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a handler knows of the job it runs, and how it reports from it. Thread-safe: threads that
 * the handler starts may use it, until the handler returns. What is reported after the attempt is
 * over has no effect.
 */
public interface JobContext {

  /** The id of the job. */
  UUID jobId();

  /** The type of the job. */
  String type();

  /** The number of this attempt, from 1. */
  int attempt();

  /** How many attempts the job has in all. */
  int maxAttempts();

  /** What the job belongs to, as given when it was submitted. */
  Optional<String> itemId();

  /** Who submitted the job. */
  String submittedBy();

  /** When this attempt is over at the latest, by this machine's clock. */
  Instant deadline();

  /**
   * Reports how far the job is. Reports are sent a few times a second; of those in between the last
   * one counts.
   *
   * @param percent 0 to 100
   * @throws IllegalArgumentException if {@code percent} is out of range
   */
  default void progress(int percent) {
    progress(percent, null);
  }

  /**
   * Reports how far the job is, and what it does.
   *
   * @param percent 0 to 100
   * @param message what the job does now; null keeps none
   * @throws IllegalArgumentException if {@code percent} is out of range
   */
  void progress(int percent, @Nullable String message);

  /**
   * The job's own log, which is kept with the job and can be read by anyone who may read the job.
   */
  JobLog log();

  /**
   * Puts the job off: {@code throw context.snooze(Duration.ofMinutes(5))} ends the attempt, which
   * does not count, and starts another one after that time.
   *
   * @param delay how long the job waits
   * @return an exception for the handler to throw
   * @throws IllegalArgumentException if the delay is negative
   */
  JobSnoozedException snooze(Duration delay);

  /**
   * Whether the handler should stop: the job was cancelled, its time is up, the worker is shutting
   * down, or the job was given to another worker. What the handler returns after that is not kept.
   */
  boolean isCancelled();

  /**
   * Throws if the handler should stop.
   *
   * @throws JobCancelledException if {@link #isCancelled()}
   */
  void checkCancelled();
}
