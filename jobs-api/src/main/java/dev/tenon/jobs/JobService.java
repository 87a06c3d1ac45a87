package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.internal.codes.Codes;
import dev.tenon.jobs.operate.JobAudit;
import dev.tenon.jobs.operate.JobBulkOperations;
import dev.tenon.jobs.operate.JobLines;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.JobTypes;
import dev.tenon.jobs.workflow.JobWorkflows;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Submits, reads, cancels and retries jobs. Each submit has its own transaction, except those of
 * {@link #in(Connection)}. Thread-safe. Every method throws {@link JobStoreException} if the
 * database cannot be reached, and {@link JobStoreRefusedException} if PostgreSQL refuses the
 * request.
 *
 * <p>Methods for changes by hand take the {@link Actor} as their last argument. The change and its
 * entry in the {@linkplain JobAudit audit} are committed together.
 */
public interface JobService extends JobSubmitter {

  /**
   * A submitter that records jobs in the caller's transaction: a job exists if, and only if, that
   * transaction commits. With jOOQ, {@code transaction.connection(connection -> …)} gives the
   * connection.
   *
   * @param connection a connection to Tenon's database with auto-commit off; it is neither
   *     committed nor closed
   * @throws IllegalArgumentException if the connection has auto-commit on
   */
  JobSubmitter in(Connection connection);

  /**
   * A submitter that records jobs in the caller's transaction, and is notified of its commit. The
   * jobs then start as soon as those that Tenon commits itself. Without the notification they start
   * up to a quarter of a second after the commit; if the transaction took more than ten seconds, up
   * to half a second with RabbitMQ, and two seconds without. For integrations of Tenon with a
   * transaction manager.
   *
   * @param connection a connection to Tenon's database with auto-commit off; it is neither
   *     committed nor closed
   * @param afterCommit takes an action to run once the transaction has committed, on any thread;
   *     the action must not run if the transaction is rolled back. Each submit calls it
   * @throws IllegalArgumentException if the connection has auto-commit on
   */
  JobSubmitter in(Connection connection, Consumer<Runnable> afterCommit);

  /** The job with this id; empty if there is none, or if it is no longer kept. */
  Optional<Job> find(UUID jobId);

  /**
   * The job with this id.
   *
   * @throws JobNotFoundException if there is none, or if it is no longer kept
   */
  default Job get(UUID jobId) {
    return find(jobId).orElseThrow(() -> new JobNotFoundException(jobId));
  }

  /**
   * The job with this id and type, with its payload and result as Java values; empty if there is
   * none, if it is no longer kept, or if it is of another type. A job that was submitted under an
   * alias of the type is of that type. A payload or result that was stored as an earlier version
   * goes through its upcaster.
   *
   * @throws EncryptionKeyException if a value is encrypted with a key that this process does not
   *     have, or cannot get at the moment
   * @throws JobVersionException if the job has a version that the definition cannot read
   * @throws JobsException if the stored payload or result cannot be read as the current types, or
   *     if the result of an external type breaks a constraint; the message names the component
   */
  <P, R> Optional<TypedJob<P, R>> find(JobDefinition<P, R> definition, UUID jobId);

  /**
   * Awaits the end of a job, in whatever process it ends. It usually completes within a fraction of
   * a second after the commit of the end, and at the latest after a few seconds. Any number of
   * waits share the same few statements; a process may have 10,000 waits at a time.
   *
   * <p>The stage completes on a thread of Tenon that other waits need, too: what depends on it must
   * be quick, or belongs in a method such as {@link CompletionStage#thenApplyAsync}. A caller that
   * no longer wants to wait cancels the stage's {@link CompletionStage#toCompletableFuture future};
   * the job continues. While the database cannot be reached, waits continue, too.
   *
   * @return completes with the job when it has completed, failed or was cancelled; immediately if
   *     it had ended before. Completes exceptionally with {@link JobNotFoundException} if there is
   *     no such job, for instance because its transaction is not committed yet, and with {@link
   *     JobsException} if there are too many waits or the runtime is closed
   */
  CompletionStage<Job> ended(UUID jobId);

  /**
   * Awaits the end of a job of this type, and reads its payload and result as Java values.
   *
   * @return completes as {@link #ended(UUID)} does; exceptionally also with a {@link
   *     JobNotFoundException} if the job is of another type, and with what {@link
   *     #find(JobDefinition, UUID)} throws
   */
  <P, R> CompletionStage<TypedJob<P, R>> ended(JobDefinition<P, R> definition, UUID jobId);

  /**
   * The events of a job from now on, and those before: its status and progress as they are, and its
   * log and the values that it has emitted, from the first one. Whoever ends, starts or reports
   * about the job notifies those who follow it, so events usually come within a fraction of a
   * second, and at the latest after a few seconds.
   *
   * <p>Each subscriber gets its own events, as many as it requests; nothing is buffered for one
   * that requests none. Events are read from the database, so any process can publish them, and the
   * publisher completes after the end of the job. Subscribers are called on a few threads of Tenon,
   * one event after the other, and must be quick. A process may have 1,000 subscriptions at a time.
   *
   * @return a publisher for any number of subscribers. It ends with {@link JobNotFoundException} if
   *     there is no such job, or if it is deleted, and with {@link JobsException} if there are too
   *     many subscriptions or the runtime is closed
   */
  Flow.Publisher<JobEvent> events(UUID jobId);

  /**
   * The events of a job after one that a subscriber of any process has seen; see {@link
   * #events(UUID)}.
   *
   * @param afterEventId the {@link JobEvent#id()} of that event
   * @throws IllegalArgumentException if it is not the id of an event
   */
  Flow.Publisher<JobEvent> events(UUID jobId, String afterEventId);

  /**
   * The values that a job emits, from the first one, as Java values. {@link EmittingJobs#emitted}
   * is shorter. A value that was stored as an earlier version goes through its upcaster.
   *
   * @param definition the type of the job
   * @param values the values that its jobs emit
   * @return a publisher as {@link #events(UUID)} returns it. It also ends with {@link
   *     JobVersionException}, {@link EncryptionKeyException} or another {@link JobsException} if a
   *     value cannot be read
   */
  <E> Flow.Publisher<EmittedValue<E>> emitted(
      JobDefinition<?, ?> definition, ValueDefinition<E> values, UUID jobId);

  /**
   * The values that a job emits after an event that a subscriber of any process has seen.
   *
   * @param definition the type of the job
   * @param values the values that its jobs emit
   * @param afterEventId {@link EmittedValue#id()}, or {@link JobEvent#id()} of any event of the job
   * @throws IllegalArgumentException if it is not the id of an event
   */
  <E> Flow.Publisher<EmittedValue<E>> emitted(
      JobDefinition<?, ?> definition, ValueDefinition<E> values, UUID jobId, String afterEventId);

  /**
   * Waits until a job has ended, for some time at most.
   *
   * @param timeout how long to wait
   * @return the job, which has completed, failed or was cancelled
   * @throws JobAwaitTimeoutException if it has not ended by then; it continues
   * @throws InterruptedException if the thread is interrupted; the job continues
   * @throws JobNotFoundException as {@link #ended(JobDefinition, UUID)} completes with
   * @throws IllegalStateException instead, if the caller is in a transaction of a framework that
   *     submits join, such as Spring's: the job may have been submitted in it
   * @throws JobsException as {@link #ended(JobDefinition, UUID)} completes with
   */
  default <P, R> TypedJob<P, R> awaitEnd(
      JobDefinition<P, R> definition, UUID jobId, Duration timeout) throws InterruptedException {
    return Answers.await(ended(definition, jobId), definition.type(), jobId, timeout);
  }

  /**
   * A page of the jobs that the query asks for, newest first, without their payloads and results.
   * This process need not know their types.
   *
   * <p>A search takes two seconds at most, whatever the number of jobs. If it looks for a
   * {@linkplain JobQuery#withErrorText string in the error}, it reads at most 20,000 jobs that meet
   * the other conditions: the page may have few jobs or none, and still have a next page. With
   * {@link JobQuery#withSubmittedBefore}, it does not find jobs of a submitter whose clock is more
   * than ten minutes ahead.
   *
   * @throws JobStoreException as all methods do, or if the page has not been found after two
   *     seconds
   * @throws IllegalArgumentException if a string in the query is one that no job can have, because
   *     it is too long or cannot be stored, or if its cursor is from another method
   */
  Page<JobSummary> list(JobQuery query);

  /**
   * Counts the jobs that the query asks for, over all of its pages; with a cursor, only those after
   * it. Counting reads one row of an index, or of the table, for each job: it is for reports and
   * web pages, not for hot paths.
   *
   * @throws IllegalArgumentException if a string in the query is one that no job can have, because
   *     it is too long or cannot be stored, or if its cursor is from another method
   */
  long count(JobQuery query);

  /**
   * Counts the jobs that the query asks for, over all of its pages, up to a maximum; with a cursor,
   * only those after it. It takes two seconds at most, as {@link #list} does.
   *
   * @param max the largest count; counting stops there
   * @throws JobStoreException as all methods do, or if they have not been counted after two seconds
   * @throws IllegalArgumentException if a string in the query is one that no job can have, because
   *     it is too long or cannot be stored, if its cursor is from another method, or if {@code max}
   *     is negative
   */
  long count(JobQuery query, long max);

  /**
   * The finished attempts at a job, in the order they started; only the last 1,000 if there are
   * more.
   */
  List<JobAttempt> attempts(UUID jobId);

  /**
   * The first page of a job's log: up to {@link JobLogQuery#DEFAULT_LIMIT} lines and emitted
   * values. It ends early when they reach 16 MiB.
   */
  default Page<JobLogEntry> logs(UUID jobId) {
    return logs(jobId, JobLogQuery.all());
  }

  /**
   * A page of a job's log, in the order that the query asks for. It ends early when its lines reach
   * 16 MiB.
   *
   * @throws IllegalArgumentException if the cursor of the query is from another method
   */
  Page<JobLogEntry> logs(UUID jobId, JobLogQuery query);

  /**
   * Cancels a job. A waiting job is cancelled immediately. A running job is asked to stop, and is
   * cancelled when its handler stops; in a Java worker, five seconds later at the latest. The
   * handler sees the request in {@link JobContext#isCancelled()}.
   *
   * @param actor who cancels it
   * @return what happened
   * @throws JobNotFoundException if there is no such job
   */
  CancelResult cancel(UUID jobId, Actor actor);

  /**
   * Runs a failed or cancelled job again, with the full number of attempts. If its type has unique
   * components, it runs whether or not there is another job with the same ones, and it keeps other
   * jobs out only if it still did so before.
   *
   * @param actor who has it run again
   * @throws JobNotFoundException if there is no such job
   * @throws JobStateException if the job is neither failed nor cancelled, or is a task of a
   *     workflow and an earlier task keeps it from starting
   */
  void retry(UUID jobId, Actor actor);

  /**
   * Makes a waiting job due at another time: later, earlier, or immediately if the time is past. A
   * job that is already due at that time is left as it is. {@link JobBulkOperations#reschedule}
   * does it for many jobs, and keeps a record.
   *
   * @param runAt the time when the job is due, by the clock of the database
   * @param actor who reschedules it
   * @throws JobNotFoundException if there is no such job
   * @throws JobStateException if the job runs or has ended, or is a task of a workflow that waits
   *     for others
   * @throws IllegalArgumentException if the time is after the year 9999
   */
  void reschedule(UUID jobId, Instant runAt, Actor actor);

  /**
   * Explains why a job waits: what has to change before it can start. The answer describes the job
   * as it is at this moment.
   *
   * @return the reason; empty if the job does not wait because it runs or has ended
   * @throws JobNotFoundException if there is no such job
   */
  Optional<WaitReason> whyWaiting(UUID jobId);

  /** Pauses and resumes job types, and overrides what they declare. */
  JobTypes types();

  /** The workflows that were submitted. */
  JobWorkflows workflows();

  /** The lines of jobs with an order. */
  JobLines lines();

  /** The steps, waits and signals of jobs. */
  JobSteps steps();

  /** The schedules that submit jobs automatically. */
  JobSchedules schedules();

  /** Changes many jobs together, and records who did it and why. */
  JobBulkOperations bulk();

  /** The result of {@link #cancel}. */
  enum CancelResult {
    /** The job had not started, and is cancelled. */
    CANCELLED,
    /** The job is running, and its handler is being asked to stop. */
    REQUESTED,
    /** The job had ended before; nothing was changed. */
    ALREADY_ENDED;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The result as it is shown, such as {@code already_ended}. */
    public String code() {
      return code;
    }

    /**
     * The result with the given code.
     *
     * @throws IllegalArgumentException if there is no such result
     */
    public static CancelResult ofCode(String code) {
      return Codes.find(values(), CancelResult::code, code);
    }
  }
}
