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
 * Changes many jobs together, for operators: those that a {@link JobQuery} asks for. {@link
 * JobService#bulk()} returns it. Thread-safe.
 *
 * <p>Count first, and pass the number, so that no jobs are changed that nobody had in mind:
 *
 * <pre>{@code
 * long count = service.count(query);
 * BulkOptions expected = BulkOptions.defaults().withExpectedCount(count);
 * service.bulk().cancel(query, expected, Actor.of("ops", "wrong prices"));
 * }</pre>
 *
 * <p>An operation goes through the jobs that match when it begins, in the order of their ids, up to
 * 500 in a transaction, and returns when it has gone through all of them. It locks no row for
 * longer than such a transaction, and waits for no row while it has locked others. It skips jobs
 * that the change does not apply to because of their status. If the operation ends early, because
 * the database cannot be reached, the thread is interrupted or the process dies, the jobs that it
 * has changed stay changed. Start it again to do the rest.
 *
 * <p>Each operation leaves a record, which {@link #list} returns. Records are never deleted.
 *
 * <p>The query's page size is ignored, and it must not have {@link JobQuery#withCursor}. A query
 * that asks for all jobs is only accepted with {@link BulkOptions#withExpectedCount}.
 *
 * <p>Every method throws {@link JobStoreException} if the database cannot be reached, {@link
 * JobStoreRefusedException} if PostgreSQL refuses the request, for instance because a right to
 * {@code tenon.job_operations} is missing, and {@link IllegalArgumentException} if the query cannot
 * be used, if the actor gives no reason, or if a string is longer than 1,000 bytes in UTF-8 or
 * cannot be stored. Methods that change jobs throw {@link UnexpectedJobCountException} if more jobs
 * match than expected, and {@link JobsException} if the thread was interrupted; its interrupt
 * status stays set.
 */
public interface JobBulkOperations {

  /**
   * Cancels jobs, as {@link JobService#cancel} does: first those that run are asked to stop, then
   * those that wait are cancelled immediately. Jobs that have ended, or are already being
   * cancelled, are skipped.
   *
   * @param query the jobs
   * @param options the number of jobs that should match
   * @param actor who makes the change, and why
   * @return the record
   */
  JobOperation cancel(JobQuery query, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #cancel(JobQuery, BulkOptions, Actor)}.
   *
   * @param query the jobs
   * @param actor who makes the change, and why
   * @return the record
   */
  default JobOperation cancel(JobQuery query, Actor actor) {
    return cancel(query, BulkOptions.defaults(), actor);
  }

  /**
   * Runs failed and cancelled jobs again, as {@link JobService#retry} does. All others are skipped,
   * and so are tasks of workflows that were not started because of earlier tasks: they start when
   * these complete.
   *
   * @param query the jobs
   * @param options the number of jobs that should match
   * @param actor who makes the change, and why
   * @return the record
   */
  JobOperation retry(JobQuery query, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #retry(JobQuery, BulkOptions, Actor)}.
   *
   * @param query the jobs
   * @param actor who makes the change, and why
   * @return the record
   */
  default JobOperation retry(JobQuery query, Actor actor) {
    return retry(query, BulkOptions.defaults(), actor);
  }

  /**
   * Deletes jobs that have ended, with their attempts and logs, before their retention has ended.
   * All others are skipped, and so are the jobs of workflows, which are deleted together. If a job
   * still had its unique key, the key becomes free. The database user needs the same rights as for
   * maintenance.
   *
   * @param query the jobs
   * @param options the number of jobs that should match
   * @param actor who makes the change, and why
   * @return the record
   */
  JobOperation delete(JobQuery query, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #delete(JobQuery, BulkOptions, Actor)}.
   *
   * @param query the jobs
   * @param actor who makes the change, and why
   * @return the record
   */
  default JobOperation delete(JobQuery query, Actor actor) {
    return delete(query, BulkOptions.defaults(), actor);
  }

  /**
   * Gives waiting jobs another priority. With RabbitMQ they are published once more, with the new
   * priority; the earlier message stays valid, and whichever arrives first starts the job. Jobs
   * that do not wait, or already have that priority, are skipped.
   *
   * @param query the jobs
   * @param priority the new priority
   * @param options the number of jobs that should match
   * @param actor who makes the change, and why
   * @return the record
   */
  JobOperation reprioritize(JobQuery query, JobPriority priority, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #reprioritize(JobQuery, JobPriority, BulkOptions,
   * Actor)}.
   *
   * @param query the jobs
   * @param priority the new priority
   * @param actor who makes the change, and why
   * @return the record
   */
  default JobOperation reprioritize(JobQuery query, JobPriority priority, Actor actor) {
    return reprioritize(query, priority, BulkOptions.defaults(), actor);
  }

  /**
   * Makes waiting jobs due at another time: later, to put them off, or now, for those that are
   * delayed or wait for another attempt. Jobs that do not wait, or are already due at that time,
   * are skipped, and so are tasks of workflows that wait for other tasks.
   *
   * @param query the jobs
   * @param runAt the time when they are due, by the database's clock; if it is past, they are due
   *     immediately
   * @param options the number of jobs that should match
   * @param actor who makes the change, and why
   * @return the record
   * @throws IllegalArgumentException if the time is after the year 9999
   */
  JobOperation reschedule(JobQuery query, Instant runAt, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #reschedule(JobQuery, Instant, BulkOptions,
   * Actor)}.
   *
   * @param query the jobs
   * @param runAt the time when they are due
   * @param actor who makes the change, and why
   * @return the record
   */
  default JobOperation reschedule(JobQuery query, Instant runAt, Actor actor) {
    return reschedule(query, runAt, BulkOptions.defaults(), actor);
  }

  /**
   * Moves waiting jobs to the queue of another routing key. A job keeps the routing key that it was
   * submitted with. So when a type gets another one, the jobs that already wait are in a queue that
   * perhaps no worker consumes any longer. With RabbitMQ they are published to the new queue, which
   * is declared if it does not exist; messages in the old queue do no harm, and it may be deleted.
   * Tenon does not know which routing keys workers listen to, so it does not notice a wrong one:
   * the jobs wait until they are moved again. Jobs that do not wait, or already have that routing
   * key, are skipped.
   *
   * @param query the jobs
   * @param routingKey the new routing key, such as {@code jobs.widget.process}
   * @param options the number of jobs that should match
   * @param actor who makes the change, and why
   * @return the record
   * @throws IllegalArgumentException if the routing key is empty or has more than 255 bytes in
   *     UTF-8
   */
  JobOperation move(JobQuery query, String routingKey, BulkOptions options, Actor actor);

  /**
   * The same for any number of jobs; see {@link #move(JobQuery, String, BulkOptions, Actor)}.
   *
   * @param query the jobs
   * @param routingKey the new routing key
   * @param actor who makes the change, and why
   * @return the record
   */
  default JobOperation move(JobQuery query, String routingKey, Actor actor) {
    return move(query, routingKey, BulkOptions.defaults(), actor);
  }

  /**
   * A page of the records of operations, newest first, including those that have not ended.
   *
   * @throws IllegalArgumentException if the cursor of the query is from another method
   */
  Page<JobOperation> list(OperationQuery query);

  /** The record of the operation with this id; empty if there is none. */
  Optional<JobOperation> find(UUID operationId);
}
