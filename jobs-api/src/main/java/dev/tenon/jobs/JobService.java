package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Submits, reads, cancels and retries jobs. Each submit is in a transaction of its own, except
 * those of {@link #in(Connection)}. Thread-safe. Every method throws {@link JobStoreException} if
 * the database cannot be reached, and {@link JobStoreRefusedException} if PostgreSQL refuses what
 * was asked for.
 */
public interface JobService extends JobSubmitter {

  /**
   * A submitter that records jobs in the caller's transaction: a job exists if, and only if, that
   * commits. With jOOQ, {@code transaction.connection(connection -> …)} gives the connection.
   *
   * @param connection a connection to Tenon's database with auto-commit off; it is neither
   *     committed nor closed
   * @throws IllegalArgumentException if the connection has auto-commit on
   */
  JobSubmitter in(Connection connection);

  /**
   * A submitter that records jobs in the caller's transaction, and hears of its commit: then the
   * jobs start as soon as those of a transaction of Tenon's own. Without that, they are found in
   * the table half a second later at most. For those who integrate Tenon with something that
   * manages transactions.
   *
   * @param connection a connection to Tenon's database with auto-commit off; it is neither
   *     committed nor closed
   * @param afterCommit takes what to run once the transaction has committed, on any thread; nothing
   *     is to be run if it is rolled back. It is called in each submit
   * @throws IllegalArgumentException if the connection has auto-commit on
   */
  JobSubmitter in(Connection connection, Consumer<Runnable> afterCommit);

  /** The job with this id; empty if there is none, or not any more. */
  Optional<Job> find(UUID jobId);

  /**
   * The job with this id.
   *
   * @throws JobNotFoundException if there is none, or not any more
   */
  default Job get(UUID jobId) {
    return find(jobId).orElseThrow(() -> new JobNotFoundException(jobId));
  }

  /**
   * The job with this id and type, its payload and result as Java values; empty if there is none,
   * or not any more, or if it is of another type. A job that was submitted under an alias of the
   * type is of that type; what was stored as an earlier version goes through its upcaster.
   *
   * @throws JobVersionException if the job has a version that the definition cannot read
   * @throws JobsException if the stored payload or result cannot be read as today's types, or if
   *     the result of an external type breaks a constraint; the message names the component
   */
  <P, R> Optional<TypedJob<P, R>> find(JobDefinition<P, R> definition, UUID jobId);

  /**
   * A page of the jobs that the query asks for, the newest first, without their payloads and
   * results.
   *
   * @throws IllegalArgumentException if a text in the query is one that no job can have, since it
   *     is too long or cannot be stored
   */
  JobPage list(JobQuery query);

  /**
   * How many jobs there are that the query asks for, on all of its pages. Counting reads as many
   * rows of an index, or of the table, as there are jobs: it is for reports and pages, not for hot
   * paths.
   *
   * @throws IllegalArgumentException if a text in the query is one that no job can have, since it
   *     is too long or cannot be stored
   */
  long count(JobQuery query);

  /**
   * The attempts at a job that are over, in the order in which they started; the last 1,000 of them
   * if there are more.
   */
  List<JobAttempt> attempts(UUID jobId);

  /** The first page of a job's log: up to {@link JobLogQuery#DEFAULT_LIMIT} lines. */
  default JobLogPage logs(UUID jobId) {
    return logs(jobId, JobLogQuery.all());
  }

  /** A page of a job's log, in the order that the query asks for. */
  JobLogPage logs(UUID jobId, JobLogQuery query);

  /**
   * Cancels a job. One that waits is cancelled at once. One that runs is signalled, and is
   * cancelled when its handler stops; {@link JobContext#isCancelled()} says how a handler notices.
   *
   * @return what happened
   * @throws JobNotFoundException if there is no such job
   */
  CancelResult cancel(UUID jobId);

  /**
   * Runs a failed or cancelled job again, with all its attempts before it.
   *
   * @throws JobNotFoundException if there is no such job
   * @throws JobStateException if the job is neither failed nor cancelled
   */
  void retry(UUID jobId);

  /** What {@link #cancel} did. */
  enum CancelResult {
    /** The job had not started, and is cancelled. */
    CANCELLED,
    /** The job runs, and its handler is being signalled. */
    REQUESTED,
    /** The job had ended before; nothing was changed. */
    ALREADY_ENDED
  }
}
