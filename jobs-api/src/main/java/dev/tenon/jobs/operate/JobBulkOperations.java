package dev.tenon.jobs.operate;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.annotation.JobPriority;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Changes many jobs at once, for operators: those that a {@link JobQuery} asks for. {@link
 * JobService#bulk()} gives it. Thread-safe.
 *
 * <p>Count first, and pass the number on, so that nothing happens to jobs that nobody has thought
 * of:
 *
 * <pre>{@code
 * long count = service.count(query);
 * BulkOptions expected = BulkOptions.defaults().withExpectedCount(count);
 * service.bulk().cancel(query, expected, Actor.of("ops", "wrong prices"));
 * }</pre>
 *
 * <p>An operation goes through the jobs that match when it begins, in the order of their ids, up to
 * 500 in a transaction, and returns when it has gone through all of them. It holds no row for
 * longer than such a transaction, and waits for no row while it holds others. A job that is in a
 * status in which the change means nothing is passed over. If the operation ends early, since the
 * database is away, the thread is interrupted or the process dies, what it has changed stays
 * changed; start it again, and it does the rest.
 *
 * <p>Each operation leaves a record: {@link #list}. Records are kept.
 *
 * <p>The query's page size plays no part, and it must not have {@link JobQuery#withCursor}. A query
 * that asks for all jobs is only accepted with {@link BulkOptions#withExpectedCount}.
 *
 * <p>Every method throws {@link JobStoreException} if the database cannot be reached, {@link
 * JobStoreRefusedException} if PostgreSQL refuses what was asked for, such as for lack of a right
 * to {@code tenon.job_operations}, and {@link IllegalArgumentException} if the query cannot be
 * used, if the actor gives no reason, or if a text is longer than 1,000 bytes in UTF-8 or cannot be
 * stored. Those that change jobs throw {@link UnexpectedJobCountException} if there are more than
 * expected, and {@link JobsException} if the thread was interrupted; it still is then.
 */
public interface JobBulkOperations {

  /**
   * Cancels jobs, as {@link JobService#cancel} does: those that wait are cancelled at once, and
   * those that run are signalled, these first. Jobs that have ended, or are being cancelled
   * already, are passed over.
   *
   * @param query which jobs
   * @param options how many jobs there should be
   * @param actor who does it, and why
   * @return the record
   */
  JobOperation cancel(JobQuery query, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #cancel(JobQuery, BulkOptions, Actor)}.
   *
   * @param query which jobs
   * @param actor who does it, and why
   * @return the record
   */
  default JobOperation cancel(JobQuery query, Actor actor) {
    return cancel(query, BulkOptions.defaults(), actor);
  }

  /**
   * Runs failed and cancelled jobs again, as {@link JobService#retry} does. All others are passed
   * over, and so are tasks of workflows that were not started because of the tasks before them:
   * they start when these complete.
   *
   * @param query which jobs
   * @param options how many jobs there should be
   * @param actor who does it, and why
   * @return the record
   */
  JobOperation retry(JobQuery query, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #retry(JobQuery, BulkOptions, Actor)}.
   *
   * @param query which jobs
   * @param actor who does it, and why
   * @return the record
   */
  default JobOperation retry(JobQuery query, Actor actor) {
    return retry(query, BulkOptions.defaults(), actor);
  }

  /**
   * Deletes jobs that have ended, with their attempts and logs, before their retention is over. All
   * others are passed over, and so are the jobs of workflows, which are deleted together. If a job
   * still had its unique key, another one may have it from now on. The user of the database needs
   * the rights that maintenance needs.
   *
   * @param query which jobs
   * @param options how many jobs there should be
   * @param actor who does it, and why
   * @return the record
   */
  JobOperation delete(JobQuery query, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #delete(JobQuery, BulkOptions, Actor)}.
   *
   * @param query which jobs
   * @param actor who does it, and why
   * @return the record
   */
  default JobOperation delete(JobQuery query, Actor actor) {
    return delete(query, BulkOptions.defaults(), actor);
  }

  /**
   * Gives waiting jobs another priority. With RabbitMQ they are published once more, with the new
   * priority; the earlier message stays good, and whichever comes first starts the job. Jobs that
   * do not wait, or have that priority, are passed over.
   *
   * @param query which jobs
   * @param priority their new priority
   * @param options how many jobs there should be
   * @param actor who does it, and why
   * @return the record
   */
  JobOperation reprioritize(JobQuery query, JobPriority priority, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #reprioritize(JobQuery, JobPriority, BulkOptions,
   * Actor)}.
   *
   * @param query which jobs
   * @param priority their new priority
   * @param actor who does it, and why
   * @return the record
   */
  default JobOperation reprioritize(JobQuery query, JobPriority priority, Actor actor) {
    return reprioritize(query, priority, BulkOptions.defaults(), actor);
  }

  /**
   * Gives waiting jobs another time before which they are not started: later, to put them off, or
   * now, for those that are delayed or wait for another attempt. Jobs that do not wait, or have
   * that time, are passed over, and so are tasks of workflows that wait for other tasks.
   *
   * @param query which jobs
   * @param runAt when they are due, by the database's clock; if it is past, they are due at once
   * @param options how many jobs there should be
   * @param actor who does it, and why
   * @return the record
   * @throws IllegalArgumentException if the time is after the year 9999
   */
  JobOperation reschedule(JobQuery query, Instant runAt, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #reschedule(JobQuery, Instant, BulkOptions,
   * Actor)}.
   *
   * @param query which jobs
   * @param runAt when they are due
   * @param actor who does it, and why
   * @return the record
   */
  default JobOperation reschedule(JobQuery query, Instant runAt, Actor actor) {
    return reschedule(query, runAt, BulkOptions.defaults(), actor);
  }

  /**
   * Moves waiting jobs to the queue of another routing key. A job keeps the routing key with which
   * it was submitted; so when a type gets another one, jobs that wait already are in a queue from
   * which perhaps no worker takes them any more. With RabbitMQ they are published to the new queue,
   * which is declared if it is not there; messages in the old one do no harm, and it may be
   * deleted. Nobody knows which routing keys workers listen to, so a wrong one is not noticed: the
   * jobs wait until they are moved again. Jobs that do not wait, or have that routing key, are
   * passed over.
   *
   * @param query which jobs
   * @param routingKey their new routing key, such as {@code jobs.widget.process}
   * @param options how many jobs there should be
   * @param actor who does it, and why
   * @return the record
   * @throws IllegalArgumentException if the routing key is empty or has more than 255 bytes in
   *     UTF-8
   */
  JobOperation move(JobQuery query, String routingKey, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #move(JobQuery, String, BulkOptions, Actor)}.
   *
   * @param query which jobs
   * @param routingKey their new routing key
   * @param actor who does it, and why
   * @return the record
   */
  default JobOperation move(JobQuery query, String routingKey, Actor actor) {
    return move(query, routingKey, BulkOptions.defaults(), actor);
  }

  /**
   * A page of the records of operations, those that began last first, also of those that have not
   * ended.
   *
   * @throws IllegalArgumentException if the cursor of the query is of another method
   */
  Page<JobOperation> list(OperationQuery query);

  /** The record of the operation with this id; empty if there is none. */
  Optional<JobOperation> find(UUID operationId);
}
