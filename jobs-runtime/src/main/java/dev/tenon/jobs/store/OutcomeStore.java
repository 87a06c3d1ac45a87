package dev.tenon.jobs.store;

import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Records how attempts ended: many with one statement, each only under its lease. Thread-safe. */
public final class OutcomeStore {

  private final Database database;

  /** The store of this database. */
  public OutcomeStore(Database database) {
    this.database = database;
  }

  /**
   * Records the ends of attempts, and one row for each attempt.
   *
   * @return the jobs whose end was recorded. What is missing had lost its lease: the job runs
   *     elsewhere, or its end is recorded already.
   */
  public Set<UUID> finish(List<AttemptEnd> ends) {
    return finish(database.control(), ends);
  }

  Set<UUID> finish(DSLContext dsl, List<AttemptEnd> ends) {
    Tables.Jobs j = database.tables().jobs;
    Tables.Attempts a = database.tables().attempts;
    Unnested<AttemptEnd> e = new Unnested<>("e", ends);
    var endId = e.column("id", SQLDataType.UUID, AttemptEnd::jobId);
    var endLease = e.column("lease", SQLDataType.BIGINT, AttemptEnd::lease);
    var endOutcome = e.column("outcome", Tables.OUTCOME, AttemptEnd::outcome);
    var endStatus = e.column("status", Tables.STATUS, AttemptEnd::status);
    var endResult = e.column("result", SQLDataType.CLOB, AttemptEnd::result);
    var endResultVersion =
        e.column("result_version", SQLDataType.INTEGER, AttemptEnd::resultVersion);
    var endErrorClass = e.column("error_class", SQLDataType.CLOB, AttemptEnd::errorClass);
    var endErrorMessage = e.column("error_message", SQLDataType.CLOB, AttemptEnd::errorMessage);
    var endStack = e.column("stack", SQLDataType.CLOB, AttemptEnd::stack);
    var endFingerprint = e.column("fingerprint", SQLDataType.CLOB, AttemptEnd::fingerprint);
    var endDelay = e.column("delay", SQLDataType.BIGINT, end -> end.delay().toMillis());
    var endTable = e.table();

    // What would be attempted again ends as cancelled if that was asked for while it ran.
    Field<JobStatus> status =
        when(
                endStatus.eq(JobStatus.PENDING).and(j.cancelRequestedAt.isNotNull()),
                inline(JobStatus.CANCELLED, Tables.STATUS))
            .otherwise(endStatus);
    Condition isLast = endStatus.ne(JobStatus.PENDING).or(j.cancelRequestedAt.isNotNull());
    Field<Integer> uncounted =
        when(endOutcome.in(JobAttempt.Outcome.RELEASED, JobAttempt.Outcome.SNOOZED), inline(1))
            .otherwise(inline(0));
    Field<Instant> due =
        when(endStatus.eq(JobStatus.PENDING), Intervals.after(currentInstant(), endDelay));
    var finished =
        name("finished")
            .as(
                dsl.update(j)
                    .set(j.status, status)
                    .set(j.result, endResult.cast(JSON.class))
                    .set(j.resultVersion, endResultVersion)
                    .set(j.errorClass, endErrorClass)
                    .set(j.errorMessage, endErrorMessage)
                    .set(j.attempts, j.attempts.minus(uncounted))
                    .set(j.runAt, DSL.coalesce(due, j.runAt))
                    .set(j.publishAt, DSL.coalesce(due, j.publishAt))
                    .set(j.finishedAt, when(isLast, currentInstant()))
                    .set(j.deleteAt, when(isLast, Intervals.retentionFromNow(j)))
                    .set(
                        j.progress,
                        when(endStatus.eq(JobStatus.COMPLETED), inline((short) 100))
                            .otherwise(j.progress))
                    .set(
                        j.progressMessage,
                        when(endStatus.ne(JobStatus.COMPLETED), j.progressMessage))
                    .from(endTable)
                    .where(
                        j.id
                            .eq(endId)
                            .and(j.lease.eq(endLease))
                            .and(j.status.in(StatusChange.FINISH.from())))
                    .returning(
                        j.id,
                        j.lease,
                        j.attempts.plus(uncounted).as("attempt"),
                        j.workerId,
                        j.startedAt,
                        endOutcome,
                        endErrorClass,
                        endErrorMessage,
                        endStack,
                        endFingerprint));
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
                        a.errorClass,
                        a.errorMessage,
                        a.stack,
                        a.fingerprint)
                    .select(
                        select(
                                Fields.of(finished, j.id),
                                Fields.of(finished, j.lease),
                                finished.field("attempt", Integer.class),
                                Fields.of(finished, j.workerId),
                                Fields.of(finished, j.startedAt),
                                currentInstant(),
                                Fields.of(finished, endOutcome),
                                Fields.of(finished, endErrorClass),
                                Fields.of(finished, endErrorMessage),
                                Fields.of(finished, endStack),
                                Fields.of(finished, endFingerprint))
                            .from(finished))
                    .returning(a.jobId));
    return new HashSet<>(
        dsl.with(finished)
            .with(recorded)
            .select(Fields.of(recorded, a.jobId))
            .from(recorded)
            .fetch(0, UUID.class));
  }
}
