package dev.tenon.jobs.listen;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.internal.codes.Codes;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
 *
 * <p>What it is told, such as {@link Attempt}, only Tenon implements: that may get methods in any
 * release.
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

    /** What submits. */
    Source source();

    /** The job type, or the name of the workflow or schedule. */
    String name();

    /** The jobs by their types; of a workflow, without what is added to it later. */
    List<Jobs> jobs();

    /**
     * Whether the jobs are recorded in a transaction of the caller, which may still be rolled back
     * when they are.
     */
    boolean isInTransaction();

    /** How many jobs it has. */
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

    /** How many jobs there are of it. */
    int count();
  }

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

    /** How many attempts the job has in all. */
    int maxAttempts();

    /** The worker that runs it. */
    String workerId();

    /** How long the job has been due. */
    Duration waited();

    /** What the job belongs to; empty if that was not said. */
    Optional<String> itemId();

    /** Who submitted the job. */
    String submittedBy();

    /** The workflow that it belongs to; empty if it belongs to none. */
    Optional<UUID> workflowId();

    /** What {@link Submitting#traceContext()} gave; empty if nothing was stored. */
    Optional<String> traceContext();
  }

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

  /** How an attempt ended. */
  interface AttemptEnd {

    /** Its outcome. */
    JobAttempt.Outcome outcome();

    /** How long it took, from its start on. */
    Duration took();

    /** What becomes of the job: {@link JobStatus#PENDING} if it is attempted again. */
    JobStatus nextStatus();

    /** How long it waits for that; zero if it is not attempted again. */
    Duration retryIn();

    /**
     * The exception of the handler, or of the check of its payload or result; empty if there was
     * none. It may quote data of the application.
     */
    Optional<Throwable> exception();
  }

  /** Pointers that were published together. */
  interface Publication {

    /** How many RabbitMQ has confirmed. */
    int confirmed();

    /** How many found no queue; they are published again. */
    int returned();

    /** How many are left to maintenance, since RabbitMQ could not be reached. */
    int failed();
  }

  /** A job that was taken from a lost worker. */
  interface Rescue {

    /** The id of the job. */
    UUID jobId();

    /** Its type, by the name under which it was submitted. */
    String type();

    /** Its routing key. */
    String routingKey();

    /** The worker that was lost. */
    String workerId();

    /** What becomes of the job: {@link JobStatus#PENDING} if it runs again. */
    JobStatus nextStatus();
  }
}
