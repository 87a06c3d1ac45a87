package dev.tenon.jobs;

import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.workflow.JobWorkflows;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A handler's view of the job that it runs, with the methods to report its progress. Thread-safe:
 * threads that the handler starts may use it until the handler returns. Reports after the end of
 * the attempt have no effect.
 */
public interface JobContext {

  /** The id of the job. */
  UUID jobId();

  /** The job type, by the name or alias that the job was submitted with. */
  String type();

  /** The number of this attempt, from 1. */
  int attempt();

  /** The maximum number of attempts of the job, including the first. */
  int maxAttempts();

  /** The item that the job belongs to, as given when it was submitted. */
  Optional<String> itemId();

  /** The name of the submitter, a user's id or the name of a program. */
  String submittedBy();

  /** The headers that the job was submitted with, or has from its workflow. */
  Headers headers();

  /**
   * The value of a header; empty if the job does not have it.
   *
   * @throws JobsException if the stored value is not one of this header's type; if the handler does
   *     not catch it, the attempt fails
   */
  default <T> Optional<T> header(Header<T> header) {
    return headers().get(header);
  }

  /**
   * The workflow that the job belongs to; empty if it belongs to none. A job of a batch can add
   * more jobs to it: {@link JobWorkflows#add}.
   */
  Optional<UUID> workflowId();

  /** The time when this attempt times out, by the clock of the runtime. */
  Instant deadline();

  /**
   * Reports how far the job has got. Reports are sent a few times a second; if there are several in
   * between, only the last one is sent.
   *
   * @param percent 0 to 100
   * @throws IllegalArgumentException if {@code percent} is out of range
   */
  default void progress(int percent) {
    progress(percent, null);
  }

  /**
   * Reports how far the job has got, and what it is doing.
   *
   * @param percent 0 to 100
   * @param message what the job is doing; null for no message
   * @throws IllegalArgumentException if {@code percent} is out of range
   */
  void progress(int percent, @Nullable String message);

  /**
   * The job's own log, which is kept with the job and can be read by anyone who may read the job.
   */
  JobLog log();

  /**
   * This context, with the method that emits values. Called by {@link EmittingJobHandler}, whose
   * type arguments the compiler has compared with the job type.
   *
   * @param <E> the values that the job type declares
   * @throws IllegalStateException if the job type declares no values
   */
  <E> EmittingContext<E> emitting();

  /**
   * Puts the job off: {@code throw context.snooze(Duration.ofMinutes(5))} ends the attempt, which
   * does not count, and the next attempt starts after that time.
   *
   * @param delay how long the job waits
   * @return an exception for the handler to throw
   * @throws IllegalArgumentException if the delay is negative or longer than 36,500 days
   */
  JobSnoozedException snooze(Duration delay);

  /**
   * Returns true if the handler should stop: the job was cancelled, its time is up, the worker is
   * shutting down and the grace period has ended, or the job was given to another worker. A result
   * that the handler returns after that is discarded.
   */
  boolean isCancelled();

  /**
   * Throws if the handler should stop.
   *
   * @throws JobCancelledException if the handler should stop. It is not thrown merely because the
   *     attempt has ended, for instance in a thread that the handler left behind
   */
  void checkCancelled();

  /**
   * Returns true if the worker is shutting down. The handler may still finish within the grace
   * period. A long-running handler should save how far it got, and return.
   */
  boolean isWorkerStopping();

  /**
   * Runs the steps of the handler, and waits for signals. Called by the generated class of a
   * handler that has any.
   *
   * @param definition the steps, waits and cursor of the handler
   */
  StepExecutor steps(StepsDefinition definition);
}
