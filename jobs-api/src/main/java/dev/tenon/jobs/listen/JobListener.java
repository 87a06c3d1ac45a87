package dev.tenon.jobs.listen;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Submitted;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Is told what a runtime does with jobs, as it happens: for metrics, traces and notices. Register
 * it with {@code JobsRuntime.builder().listener(…)}; {@code jobs-observability} has listeners for
 * Micrometer and OpenTelemetry.
 *
 * <p>Each method is called on the thread that does what it is about, many at a time: it must be
 * thread-safe and quick. It cannot change what happens. An exception is logged, once for each
 * method, and has no other effect. A listener hears of its own process only.
 */
public interface JobListener {

  /**
   * The runtime has started.
   *
   * @param figures how much the runtime has to do, to be asked at any time
   */
  default void started(JobsFigures figures) {}

  /** The runtime has stopped; nothing follows. */
  default void stopped() {}

  /**
   * Somebody submits jobs: they are about to be checked and recorded.
   *
   * @return what is told how that ended, on the same thread
   */
  default Submitting submitting(Submit submit) {
    return Submitting.NOTHING;
  }

  /**
   * An attempt at a job starts: its payload is about to be read, and its handler called.
   *
   * @return what is told how that ended
   */
  default Attempting attemptStarts(Attempt attempt) {
    return Attempting.NOTHING;
  }

  /** Pointers were published to RabbitMQ. */
  default void published(Publication publication) {}

  /**
   * A job was taken from a worker that is lost. Its attempt ends with {@link
   * JobAttempt.Outcome#LOST}, of which the process of the worker may not hear.
   */
  default void rescued(Rescue rescue) {}

  /**
   * The jobs that wait were counted, as {@link JobsFigures#backlog()} gives them from now on.
   * Called while somebody asks for that, at most once in ten seconds.
   */
  default void backlogRead(JobsFigures.Backlog backlog) {}

  /** What submits jobs. */
  enum Source {
    /** A single submit, also of a schedule that somebody runs now. */
    ONE,
    /** Many jobs of a type at once, also the runs of a schedule that somebody backfills. */
    MANY,
    /** A workflow, or jobs that are added to one. */
    WORKFLOW,
    /**
     * A schedule, as its runs are due. Of this the listener is told when the jobs are committed, by
     * the process that does maintenance; no trace context is stored with them.
     */
    SCHEDULE
  }

  /**
   * A submit.
   *
   * @param source what submits
   * @param name the job type, or the name of the workflow or schedule
   * @param jobs the jobs by their types; of a workflow, without what is added to it later
   * @param inTransaction whether the jobs are recorded in a transaction of the caller, which may
   *     still be rolled back when they are
   */
  record Submit(Source source, String name, List<Jobs> jobs, boolean inTransaction) {

    /** Makes the list immutable. */
    public Submit {
      jobs = List.copyOf(jobs);
    }

    /** How many jobs it has. */
    public int count() {
      return jobs.stream().mapToInt(Jobs::count).sum();
    }
  }

  /**
   * Jobs of one type.
   *
   * @param type the type
   * @param routingKey its routing key
   * @param count how many jobs
   */
  record Jobs(String type, String routingKey, int count) {}

  /** Is told how a submit ended. */
  interface Submitting {

    /** Does nothing. */
    Submitting NOTHING = new Submitting() {};

    /**
     * The trace context to be stored with the jobs: a {@code traceparent} as the W3C's Trace
     * Context defines it, and after a space a {@code tracestate} if there is one. Null for none. Of
     * several listeners, the first that gives one counts; of more than 1,000 characters none is
     * stored.
     */
    default @Nullable String traceContext() {
      return null;
    }

    /**
     * The jobs are recorded.
     *
     * @param jobs the job of each payload or run: created, or found by its unique key or as an
     *     earlier submit of the run. In the order of the payloads or runs; of a workflow, in no
     *     particular order.
     */
    default void submitted(List<Submitted> jobs) {}

    /** The jobs are not recorded; the caller gets this exception. */
    default void failed(Throwable exception) {}
  }

  /**
   * An attempt at a job.
   *
   * @param jobId the job
   * @param type its type, by its current name
   * @param routingKey the routing key of the type
   * @param number the number of the attempt, from 1; an attempt that is not counted shares its
   *     number with the one that follows
   * @param maxAttempts attempts in all
   * @param workerId the worker that runs it
   * @param waited how long the job has been due
   * @param itemId what it belongs to
   * @param submittedBy who submitted it
   * @param workflowId the workflow that it belongs to; null if it belongs to none
   * @param traceContext what {@link Submitting#traceContext()} gave; null if nothing was stored
   */
  record Attempt(
      UUID jobId,
      String type,
      String routingKey,
      int number,
      int maxAttempts,
      String workerId,
      Duration waited,
      @Nullable String itemId,
      String submittedBy,
      @Nullable UUID workflowId,
      @Nullable String traceContext) {}

  /** Is told how an attempt ended. */
  interface Attempting {

    /** Does nothing. */
    Attempting NOTHING = new Attempting() {};

    /**
     * The handler is done: called on the thread of {@link #attemptStarts}, to undo what that has
     * done to the thread. It comes before {@link #ended}, except if the attempt is over while the
     * handler goes on.
     */
    default void handlerReturned() {}

    /**
     * The attempt is over. Called once, on any thread, before the outcome is recorded. PostgreSQL
     * refuses an outcome if the worker has lost the job meanwhile.
     */
    default void ended(AttemptEnd end) {}
  }

  /**
   * How an attempt ended.
   *
   * @param outcome the outcome
   * @param took how long it took, from its start on
   * @param nextStatus what becomes of the job: {@link JobStatus#PENDING} if it is attempted again
   * @param retryIn how long it waits for that; zero if it is not attempted again
   * @param exception the exception of the handler, or of the check of its payload or result; null
   *     if there was none. It may quote data of the application.
   */
  record AttemptEnd(
      JobAttempt.Outcome outcome,
      Duration took,
      JobStatus nextStatus,
      Duration retryIn,
      @Nullable Throwable exception) {}

  /**
   * Pointers that were published together.
   *
   * @param confirmed how many RabbitMQ has confirmed
   * @param returned how many found no queue; they are published again
   * @param failed how many are left to maintenance, since RabbitMQ could not be reached
   */
  record Publication(int confirmed, int returned, int failed) {}

  /**
   * A job that was taken from a lost worker.
   *
   * @param jobId the job
   * @param type its type, by the name under which it was submitted
   * @param routingKey its routing key
   * @param workerId the worker
   * @param nextStatus what becomes of the job: {@link JobStatus#PENDING} if it runs again
   */
  record Rescue(
      UUID jobId, String type, String routingKey, String workerId, JobStatus nextStatus) {}
}
