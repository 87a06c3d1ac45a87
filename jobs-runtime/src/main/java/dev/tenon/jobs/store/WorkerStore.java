package dev.tenon.jobs.store;

import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.when;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Records;

/**
 * Who works, whose heart beats, and what becomes of the jobs of those whose does not. Thread-safe.
 */
public final class WorkerStore {

  private final Database database;

  /** The store of this database. */
  public WorkerStore(Database database) {
    this.database = database;
  }

  /**
   * A job that runs, by the table.
   *
   * @param lease the job and the lease of its attempt
   * @param cancelRequested whether somebody has asked to cancel it
   */
  public record Running(Lease lease, boolean cancelRequested) {}

  /**
   * A job that was taken from a worker that is lost.
   *
   * @param jobId the job
   * @param type its type
   * @param workerId the worker
   * @param status what became of the job
   */
  public record Rescued(UUID jobId, String type, String workerId, JobStatus status) {}

  /** Beats the worker's heart; the first beat enters the worker. */
  public void heartbeat(String workerId, String host, long processId, int concurrency) {
    Tables.Workers w = database.tables().workers;
    database
        .control()
        .insertInto(w, w.id, w.host, w.processId, w.concurrency)
        .values(workerId, host, processId, concurrency)
        .onConflict(w.id)
        .doUpdate()
        .set(w.heartbeatAt, currentInstant())
        .execute();
  }

  /** Strikes off a worker that has stopped. It must run no job any more. */
  public void deregister(String workerId) {
    Tables.Workers w = database.tables().workers;
    database.control().deleteFrom(w).where(w.id.eq(workerId)).execute();
  }

  /** The jobs that the worker runs, by the table. */
  public List<Running> running(String workerId) {
    Tables.Jobs j = database.tables().jobs;
    return database
        .control()
        .select(j.id, j.lease, j.cancelRequestedAt.isNotNull())
        .from(j)
        .where(j.workerId.eq(workerId).and(j.status.eq(JobStatus.RUNNING)))
        .fetch(
            Records.mapping(
                (id, lease, cancelRequested) ->
                    new Running(new Lease(id, lease, workerId), cancelRequested)));
  }

  /**
   * Takes the jobs from workers that are lost: they go back to pending without counting the
   * attempt, or fail if they have lost too many workers, since then it is likely that they kill
   * them.
   *
   * @param leadership proof that the caller leads
   * @param silence how old the last heartbeat of a worker is that counts as lost
   * @param maxCrashes with that many lost workers a job fails
   * @param limit how many jobs at most
   * @throws LeadershipLostException if the caller does not lead any more
   */
  public List<Rescued> rescue(Leadership leadership, Duration silence, int maxCrashes, int limit) {
    return LeaderStore.asLeader(
        database, leadership, dsl -> rescue(dsl, silence, maxCrashes, limit));
  }

  private List<Rescued> rescue(DSLContext dsl, Duration silence, int maxCrashes, int limit) {
    Tables.Jobs j = database.tables().jobs;
    Tables.Workers w = database.tables().workers;
    Tables.Attempts a = database.tables().attempts;
    var lost =
        name("lost")
            .fields("id")
            .as(
                select(j.id)
                    .from(j)
                    .where(
                        j.status
                            .in(StatusChange.RESCUE.from())
                            .and(
                                notExists(
                                    selectOne()
                                        .from(w)
                                        .where(
                                            w.id
                                                .eq(j.workerId)
                                                .and(
                                                    w.heartbeatAt.ge(
                                                        Intervals.beforeNow(
                                                            silence.toMillis())))))))
                    .orderBy(j.id)
                    .limit(limit)
                    .forUpdate()
                    .skipLocked());
    Field<JobStatus> status =
        when(j.cancelRequestedAt.isNotNull(), inline(JobStatus.CANCELLED, Tables.STATUS))
            .when(j.crashes.plus(1).ge(maxCrashes), inline(JobStatus.FAILED, Tables.STATUS))
            .otherwise(inline(JobStatus.PENDING, Tables.STATUS));
    Condition ends = j.cancelRequestedAt.isNotNull().or(j.crashes.plus(1).ge(maxCrashes));
    Field<String> message =
        when(
                j.crashes.plus(1).ge(maxCrashes),
                inline("The job lost ")
                    .concat(j.crashes.plus(1))
                    .concat(
                        inline(
                            " workers and is not run again: it seems to kill them. Find out why, then retry it.")))
            .otherwise(
                inline("Worker ")
                    .concat(j.workerId)
                    .concat(inline(" was not heard of any more while it ran the job.")));
    var rescued =
        name("rescued")
            .as(
                dsl.update(j)
                    .set(j.status, status)
                    .set(j.attempts, j.attempts.minus(1))
                    .set(j.crashes, j.crashes.plus(1))
                    .set(j.runAt, currentInstant())
                    .set(j.publishAt, currentInstant())
                    .set(j.finishedAt, when(ends, currentInstant()))
                    .set(j.deleteAt, when(ends, Intervals.retentionFromNow(j)))
                    .set(j.errorReason, JobError.Reason.WORKER_LOST)
                    .setNull(j.errorClass)
                    .set(j.errorMessage, message)
                    .from(lost)
                    .where(j.id.eq(lost.field("id", UUID.class)))
                    .returning(
                        j.id,
                        j.type,
                        j.status,
                        j.lease,
                        j.attempts,
                        j.workerId,
                        j.startedAt,
                        j.errorMessage));
    var recorded =
        name("recorded")
            .as(
                dsl.insertInto(
                        a,
                        a.jobId,
                        a.lease,
                        a.attempt,
                        a.workerId,
                        a.startedAt,
                        a.finishedAt,
                        a.outcome,
                        a.errorReason,
                        a.errorMessage)
                    .select(
                        select(
                                Fields.of(rescued, j.id),
                                Fields.of(rescued, j.lease),
                                Fields.of(rescued, j.attempts).plus(1),
                                Fields.of(rescued, j.workerId),
                                Fields.of(rescued, j.startedAt),
                                currentInstant(),
                                inline(JobAttempt.Outcome.LOST, Tables.OUTCOME),
                                inline(JobError.Reason.WORKER_LOST, Tables.REASON),
                                Fields.of(rescued, j.errorMessage))
                            .from(rescued))
                    .returning(a.jobId));
    return dsl.with(lost)
        .with(rescued)
        .with(recorded)
        .select(
            Fields.of(rescued, j.id),
            Fields.of(rescued, j.type),
            Fields.of(rescued, j.workerId),
            Fields.of(rescued, j.status))
        .from(rescued)
        .fetch(Records.mapping(Rescued::new));
  }

  /** Forgets workers that have been lost for so long that nobody asks for them any more. */
  public int forgetLost(Duration silence) {
    Tables.Workers w = database.tables().workers;
    return database
        .control()
        .deleteFrom(w)
        .where(w.heartbeatAt.lt(Intervals.beforeNow(silence.toMillis())))
        .execute();
  }
}
