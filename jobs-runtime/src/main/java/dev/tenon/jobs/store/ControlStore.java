package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.coalesce;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.pointer.JobPointer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Cancels jobs, and runs them again, for people. Thread-safe. */
public final class ControlStore {

  /** A transaction of somebody else that holds a job's row must not hold up whoever cancels it. */
  static final Duration MAX_LOCK_WAIT = Duration.ofSeconds(2);

  private final Database database;

  /** The store of this database. */
  public ControlStore(Database database) {
    this.database = database;
  }

  /**
   * Cancels a waiting job. Returns whether it did.
   *
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds the job's
   *     row for two seconds
   */
  public boolean cancelWaiting(UUID jobId) {
    return inShortTransaction(dsl -> cancelWaiting(dsl, database.tables(), List.of(jobId)));
  }

  /** Cancels those of these jobs that wait, in a transaction of the caller. */
  static int cancelWaiting(DSLContext dsl, Tables tables, List<UUID> jobIds) {
    WorkflowStore.lock(dsl, tables, jobIds);
    Tables.Jobs j = tables.jobs;
    return dsl.update(j)
        .set(j.status, JobStatus.CANCELLED)
        .set(j.cancelRequestedAt, currentInstant())
        .set(j.finishedAt, currentInstant())
        .set(j.deleteAt, Intervals.failedRetentionFromNow(j))
        .set(j.uniqueKey, UniqueKeys.after(j, inline(JobStatus.CANCELLED, Tables.STATUS)))
        .where(j.id.in(jobIds).and(j.status.in(StatusChange.CANCEL_WAITING.from())))
        .execute();
  }

  /**
   * Marks a running job as to be cancelled. Returns whether it did.
   *
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds the job's
   *     row for two seconds
   */
  public boolean requestCancel(UUID jobId) {
    return inShortTransaction(dsl -> requestCancel(dsl, database.tables().jobs, List.of(jobId)));
  }

  /** Marks those of these jobs that run as to be cancelled, in a transaction of the caller. */
  static int requestCancel(DSLContext dsl, Tables.Jobs j, List<UUID> jobIds) {
    return dsl.update(j)
        .set(j.cancelRequestedAt, coalesce(j.cancelRequestedAt, currentInstant()))
        .where(j.id.in(jobIds).and(j.status.eq(JobStatus.RUNNING)))
        .execute();
  }

  private boolean inShortTransaction(Function<DSLContext, Integer> update) {
    return Database.inTransaction(database.dsl(), MAX_LOCK_WAIT, update) > 0;
  }

  /** The status of a job. */
  public Optional<JobStatus> status(UUID jobId) {
    Tables.Jobs j = database.tables().jobs;
    return database.dsl().select(j.status).from(j).where(j.id.eq(jobId)).fetchOptional(j.status);
  }

  /**
   * A job that is retried.
   *
   * @param pointer its pointer
   * @param isPublished whether the pointer is to be published
   */
  public record Retried(JobPointer pointer, boolean isPublished) {}

  /**
   * Puts a failed or cancelled job back to pending, with the full number of attempts. Another job
   * may have its unique key by now: if the job has lost the key, it does not get it back.
   *
   * @return the job; empty if the job is neither failed nor cancelled
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds the job's
   *     row for two seconds
   */
  public Optional<Retried> retry(UUID jobId) {
    return Database.inTransaction(database.dsl(), MAX_LOCK_WAIT, dsl -> retry(dsl, jobId));
  }

  private Optional<Retried> retry(DSLContext dsl, UUID jobId) {
    Tables.Jobs j = database.tables().jobs;
    WorkflowStore.lock(dsl, database.tables(), List.of(jobId));
    StepRetries steps = new StepRetries(database.tables());
    Field<Instant> due = steps.due();
    Optional<Retried> retried =
        dsl.update(j)
            .set(j.status, JobStatus.PENDING)
            .set(j.attempts, 0)
            .set(j.crashes, 0)
            .set(j.runAt, due)
            .set(j.publishAt, due)
            .setNull(j.finishedAt)
            .setNull(j.deleteAt)
            .setNull(j.cancelRequestedAt)
            .setNull(j.errorReason)
            .setNull(j.errorClass)
            .setNull(j.errorMessage)
            .set(j.progress, (short) 0)
            .setNull(j.progressMessage)
            .where(
                j.id
                    .eq(jobId)
                    .and(j.status.in(StatusChange.RETRY.from()))
                    .and(steps.isStopped().not()))
            .returningResult(
                j.id,
                j.type,
                j.routingKey,
                j.priority,
                j.lease,
                j.externalPolicy.isNotNull(),
                DSL.field(j.limitKey.isNull().and(j.runAt.lt(Intervals.never()))))
            .fetchOptional(
                Records.mapping(
                    (id, type, key, priority, lease, external, published) ->
                        new Retried(
                            new JobPointer(id, type, key, priority, lease, external), published)));
    retried.ifPresent(job -> steps.prepareAgain(dsl, List.of(jobId)));
    return retried;
  }

  /**
   * Has a cancelled step of a workflow, which cannot be run again since the steps before it did not
   * end as they had to, start when they do. Does nothing to other jobs.
   */
  public void startWithOthers(UUID jobId) {
    Database.inTransaction(
        database.dsl(),
        MAX_LOCK_WAIT,
        dsl -> {
          WorkflowStore.lock(dsl, database.tables(), List.of(jobId));
          new StepRetries(database.tables())
              .startWithOthers(dsl, database.tables().workflowChanges, jobId);
          return jobId;
        });
  }

  /** Whether a job is not started since the steps before it did not end as they had to. */
  public boolean isStopped(UUID jobId) {
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    return database.dsl().fetchExists(s, s.id.eq(jobId).and(StepRetries.isStopped(s)));
  }
}
