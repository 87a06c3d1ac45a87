package dev.tenon.jobs.listen;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.codes.Codes;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A listener that is called when a runtime does something with jobs, for metrics, traces and
 * notifications. Register it with {@code JobsRuntime.builder().listener(…)}; {@code
 * jobs-observability} has listeners for Micrometer and OpenTelemetry.
 *
 * <p>Each method is called on the thread that does the work, on several threads concurrently, so it
 * must be thread-safe and fast. It cannot change what happens. An exception is logged, once for
 * each method, and has no other effect. A listener is called for its own process only.
 *
 * <p>Only Tenon implements the types of the arguments, such as {@link Attempt}: methods may be
 * added to them in any release.
 */
public interface JobListener {

  /**
   * The runtime has started.
   *
   * @param figures the workload of the runtime, which may be read at any time
   */
  default void started(JobsFigures figures) {}

  /** The runtime has stopped. No more calls follow. */
  default void stopped() {}

  /**
   * Jobs are submitted: they are about to be checked and recorded.
   *
   * @return a listener that is called with the end of the submit, on the same thread
   */
  default Submitting submitting(Submit submit) {
    return Submitting.NOTHING;
  }

  /**
   * An attempt at a job starts: its payload is about to be read, and its handler called.
   *
   * @return a listener that is called with the end of the attempt
   */
  default Attempting attemptStarts(Attempt attempt) {
    return Attempting.NOTHING;
  }

  /** Pointers were published to RabbitMQ. */
  default void published(Publication publication) {}

  /**
   * A job was taken from a lost worker. Its attempt ends with {@link JobAttempt.Outcome#LOST}; the
   * process of that worker may never learn about it.
   */
  default void rescued(Rescue rescue) {}

  /**
   * Jobs were cancelled without an attempt, by a rule and not by a person: {@link
   * JobError.Reason#EXPIRED} if no worker has started them in time, {@link JobError.Reason#DROPPED}
   * if more waited than their type allows. Called in the process that does maintenance.
   */
  default void discarded(Discard discard) {}

  /**
   * The waiting jobs were counted; {@link JobsFigures#backlog()} returns this count from now on.
   * Called while somebody reads the backlog, at most once every ten seconds.
   */
  default void backlogRead(JobsFigures.Backlog backlog) {}

  /** The kind of a submit. */
  enum Source {
    /** A single submit, or a run of a schedule that somebody started by hand. */
    ONE,
    /** Many jobs of a type together, or the runs of a schedule that somebody backfills. */
    MANY,
    /** A workflow, or jobs that are added to one. */
    WORKFLOW,
    /**
     * A schedule whose runs are due. The listener is called when the jobs are committed, in the
     * process that does maintenance; no trace context is stored with them.
     */
    SCHEDULE;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The source as metrics and logs may show it, such as {@code schedule}. */
    public String code() {
      return code;
    }

    /**
     * The source with the given code.
     *
     * @throws IllegalArgumentException if there is no such source
     */
    public static Source ofCode(String code) {
      return Codes.find(values(), Source::code, code);
    }
  }

  /** A submit. */
  interface Submit {

    /** The kind of the submit. */
    Source source();

    /** The job type, or the name of the workflow or schedule. */
    String name();

    /** The jobs by their types; for a workflow, without jobs that are added to it later. */
    List<Jobs> jobs();

    /**
     * Returns true if the jobs are recorded in a transaction of the caller, which may still be
     * rolled back after that.
     */
    boolean isInTransaction();

    /** The number of jobs. */
    default int count() {
      return jobs().stream().mapToInt(Jobs::count).sum();
    }
  }

  /** Jobs of one type. */
  interface Jobs {

    /** The type. */
    String type();

    /** Its routing key. */
    String routingKey();

    /** The number of jobs of the type. */
    int count();
  }

  /** Jobs of a type that were cancelled without an attempt, by the same rule. */
  interface Discard {

    /** The rule. */
    JobError.Reason reason();

    /** The type. */
    String type();

    /** The routing key of the jobs. */
    String routingKey();

    /** The number of jobs. */
    int count();
  }

  /** A listener for the end of a submit. */
  interface Submitting {

    /** Does nothing. */
    Submitting NOTHING = new Submitting() {};

    /**
     * The trace context to store with the jobs: a {@code traceparent} as the W3C's Trace Context
     * defines it and, if there is one, a space and a {@code tracestate}. Null for none. If there
     * are several listeners, the first one that returns a trace context counts. A trace context of
     * more than 1,000 characters is not stored.
     */
    default @Nullable String traceContext() {
      return null;
    }

    /**
     * The jobs are recorded.
     *
     * @param jobs the job of each payload or run: a new one, or an existing one with the same
     *     unique key or of the same run. They are in the order of the payloads or runs; those of a
     *     workflow are in no particular order, and there are none if the workflow was not recorded
     *     because another one has its unique key.
     */
    default void submitted(List<Submitted> jobs) {}

    /** The jobs were not recorded; the caller gets this exception. */
    default void failed(Throwable exception) {}
  }

  /** An attempt at a job. */
  interface Attempt {

    /** The id of the job. */
    UUID jobId();

    /** The type of the job, by its current name. */
    String type();

    /** The routing key of the type. */
    String routingKey();

    /**
     * The number of the attempt, from 1; an attempt that is not counted shares its number with the
     * one that follows.
     */
    int number();

    /** The maximum number of attempts of the job, including the first. */
    int maxAttempts();

    /** The worker that runs it. */
    String workerId();

    /** The time that the job has been due. */
    Duration waited();

    /** The item that the job belongs to; empty if there is none. */
    Optional<String> itemId();

    /** The name of the submitter. */
    String submittedBy();

    /** The workflow that it belongs to; empty if it belongs to none. */
    Optional<UUID> workflowId();

    /**
     * The trace context that {@link Submitting#traceContext()} returned; empty if none was stored.
     */
    Optional<String> traceContext();

    /**
     * The number of jobs that a batch handler runs together with this one on the same thread,
     * including it; 1 if the job runs alone.
     */
    int batchSize();
  }

  /** A listener for the end of an attempt. */
  interface Attempting {

    /** Does nothing. */
    Attempting NOTHING = new Attempting() {};

    /**
     * The handler has returned or thrown. Called on the thread of {@link #attemptStarts}, to undo
     * changes to the thread. It comes before {@link #ended}, except if the attempt has ended while
     * the handler is still running.
     */
    default void handlerReturned() {}

    /**
     * A step is about to run: its result is not recorded yet. Called on the thread that runs it. A
     * step that is not repeatable may first find out what became of it.
     *
     * @return a listener that is called with the end of the step, on the same thread
     */
    default Stepping stepStarts(Step step) {
      return Stepping.NOTHING;
    }

    /** A step is not run, because an earlier attempt has recorded its result. */
    default void stepReplayed(Step step) {}

    /** The handler waits for a signal or sleeps, or has got there again. */
    default void waited(Step wait, WaitOutcome outcome) {}

    /**
     * The attempt has ended. Called once, on any thread, before the outcome is recorded. PostgreSQL
     * refuses an outcome if the worker has lost the job meanwhile.
     */
    default void ended(AttemptEnd end) {}
  }

  /** A step of a handler, a wait or a sleep. */
  interface Step {

    /** Its name. */
    String name();

    /** The key of its round; empty for none. */
    String key();

    /** The kind: a step, a wait or a sleep. */
    JobStep.Kind kind();
  }

  /** A listener for the end of a step. */
  interface Stepping {

    /** Does nothing. */
    Stepping NOTHING = new Stepping() {};

    /** The step has ended, and its result is recorded if it has succeeded. */
    default void ended(StepEnd end) {}
  }

  /** The end of a step. */
  interface StepEnd {

    /** The outcome. */
    StepOutcome outcome();

    /** The time from its start to its record. */
    Duration took();

    /**
     * The exception of the step, or of its record; empty if there was none. It may quote data of
     * the application.
     */
    Optional<Throwable> exception();
  }

  /** The outcome of a step that has run. */
  enum StepOutcome {
    /** Its result is recorded. */
    DONE,
    /** It has failed, or its result could not be recorded. */
    FAILED;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The outcome as metrics and logs may show it. */
    public String code() {
      return code;
    }

    /**
     * The outcome with the given code.
     *
     * @throws IllegalArgumentException if there is no such outcome
     */
    public static StepOutcome ofCode(String code) {
      return Codes.find(values(), StepOutcome::code, code);
    }
  }

  /** The outcome of a call that waits or sleeps. */
  enum WaitOutcome {
    /** A signal has ended the wait. */
    SIGNALLED,
    /** The time is up, and the handler continues. */
    ELAPSED,
    /** The attempt ends, because the job has to wait. */
    SUSPENDED,
    /** The wait had ended in an earlier attempt. */
    REPLAYED;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The outcome as metrics and logs may show it. */
    public String code() {
      return code;
    }

    /**
     * The outcome with the given code.
     *
     * @throws IllegalArgumentException if there is no such outcome
     */
    public static WaitOutcome ofCode(String code) {
      return Codes.find(values(), WaitOutcome::code, code);
    }
  }

  /** The end of an attempt. */
  interface AttemptEnd {

    /** The outcome. */
    JobAttempt.Outcome outcome();

    /** The time from its start to its end. */
    Duration took();

    /**
     * The status of the job after the attempt: {@link JobStatus#PENDING} if it is attempted again.
     */
    JobStatus nextStatus();

    /** The time until the next attempt; zero if there is none. */
    Duration retryIn();

    /**
     * The exception of the handler, or of the check of its payload or result; empty if there was
     * none. It may quote data of the application.
     */
    Optional<Throwable> exception();
  }

  /** Pointers that were published together. */
  interface Publication {

    /** The number of pointers that RabbitMQ has confirmed. */
    int confirmed();

    /** The number of pointers that found no queue; they are published again. */
    int returned();

    /**
     * The number of pointers that are left to maintenance, because RabbitMQ could not be reached.
     */
    int failed();
  }

  /** A job that was taken from a lost worker. */
  interface Rescue {

    /** The id of the job. */
    UUID jobId();

    /** The type, by the name that the job was submitted with. */
    String type();

    /** Its routing key. */
    String routingKey();

    /** The worker that was lost. */
    String workerId();

    /** The status of the job after the rescue: {@link JobStatus#PENDING} if it runs again. */
    JobStatus nextStatus();
  }
}
