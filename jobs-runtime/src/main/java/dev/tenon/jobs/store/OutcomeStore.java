package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
    UnnestedRows<AttemptEnd> e = new UnnestedRows<>("e", ends);
    var endId = e.column("id", SQLDataType.UUID, end -> end.lease().jobId());
    var endLease = e.column("lease", SQLDataType.BIGINT, end -> end.lease().number());
    var endWorker = e.column("worker", SQLDataType.CLOB, end -> end.lease().workerId());
    var endOutcome = e.columnOrValue("outcome", Tables.OUTCOME, AttemptEnd::outcome);
    var endStatus = e.columnOrValue("status", Tables.STATUS, AttemptEnd::status);
    var endResult = e.columnOrValue("result", SQLDataType.CLOB, OutcomeStore::result);
    var endResultVersion =
        e.columnOrValue("result_version", SQLDataType.INTEGER, OutcomeStore::resultVersion);
    var endErrorReason =
        e.columnOrValue("error_reason", Tables.REASON, end -> failure(end, AttemptFailure::reason));
    var endErrorClass =
        e.columnOrValue(
            "error_class", SQLDataType.CLOB, end -> failure(end, AttemptFailure::errorClass));
    var endErrorMessage =
        e.columnOrValue(
            "error_message", SQLDataType.CLOB, end -> failure(end, AttemptFailure::message));
    var endStack =
        e.columnOrValue("stack", SQLDataType.CLOB, end -> failure(end, AttemptFailure::stack));
    var endFingerprint =
        e.columnOrValue(
            "fingerprint", SQLDataType.CLOB, end -> failure(end, AttemptFailure::fingerprint));
    var endDelay = e.columnOrValue("delay", SQLDataType.BIGINT, end -> delay(end).toMillis());
    var endMaxCrashes =
        e.columnOrValue("max_crashes", SQLDataType.INTEGER, OutcomeStore::maxCrashes);
    // Two parts of the statement read it: as a part of its own it is passed once
    var endTable = name("e").as(select(DSL.asterisk()).from(e.table()));
    // Every statement locks its rows in the order of their ids, so that no two can deadlock
    var locked =
        name("locked")
            .as(
                select(j.id)
                    .from(j)
                    .join(endTable)
                    .on(HeldJob.is(j, endId, endLease, endWorker))
                    .orderBy(j.id)
                    .forNoKeyUpdate()
                    .of(j));

    Field<Integer> crashes =
        j.crashes.plus(when(endMaxCrashes.isNotNull(), inline(1)).otherwise(inline(0)));
    Condition crashedTooOften = endMaxCrashes.isNotNull().and(crashes.ge(endMaxCrashes));
    // What would be attempted again ends as cancelled if that was asked for while it ran.
    Field<JobStatus> status =
        when(
                endStatus.eq(JobStatus.PENDING).and(j.cancelRequestedAt.isNotNull()),
                inline(JobStatus.CANCELLED, Tables.STATUS))
            .when(crashedTooOften, inline(JobStatus.FAILED, Tables.STATUS))
            .otherwise(endStatus);
    Condition isLast =
        endStatus.ne(JobStatus.PENDING).or(j.cancelRequestedAt.isNotNull()).or(crashedTooOften);
    Field<Integer> uncounted =
        when(
                endOutcome.in(
                    JobAttempt.Outcome.RELEASED,
                    JobAttempt.Outcome.SNOOZED,
                    JobAttempt.Outcome.LOST),
                inline(1))
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
                    .set(j.errorReason, endErrorReason)
                    .set(j.errorClass, endErrorClass)
                    .set(j.errorMessage, endErrorMessage)
                    .set(j.attempts, j.attempts.minus(uncounted))
                    .set(j.crashes, crashes)
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
                    .from(endTable, locked)
                    .where(j.id.eq(endId).and(j.id.eq(Fields.of(locked, j.id))))
                    .returning(
                        j.id,
                        j.lease,
                        j.attempts.plus(uncounted).as("attempt"),
                        j.workerId,
                        j.startedAt,
                        endOutcome.as("outcome"),
                        endErrorReason.as("error_reason"),
                        endErrorClass.as("error_class"),
                        endErrorMessage.as("error_message"),
                        endStack.as("stack"),
                        endFingerprint.as("fingerprint")));
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
                                field(finished, "outcome", endOutcome),
                                field(finished, "error_reason", endErrorReason),
                                field(finished, "error_class", endErrorClass),
                                field(finished, "error_message", endErrorMessage),
                                field(finished, "stack", endStack),
                                field(finished, "fingerprint", endFingerprint))
                            .from(finished))
                    .returning(a.jobId));
    return new HashSet<>(
        dsl.with(endTable)
            .with(locked)
            .with(finished)
            .with(recorded)
            .select(Fields.of(recorded, a.jobId))
            .from(recorded)
            .fetch(0, UUID.class));
  }

  /** What is passed on; it has no name of its own where it is one value of the statement. */
  private static <V> Field<V> field(Table<?> finished, String name, Field<V> passedOn) {
    return DSL.field(DSL.name(finished.getName(), name), passedOn.getDataType());
  }

  private static @Nullable String result(AttemptEnd end) {
    return end instanceof AttemptEnd.Completed completed ? completed.result() : null;
  }

  private static @Nullable Integer resultVersion(AttemptEnd end) {
    return end instanceof AttemptEnd.Completed completed ? completed.resultVersion() : null;
  }

  private static <T> @Nullable T failure(
      AttemptEnd end, Function<AttemptFailure, @Nullable T> part) {
    if (end instanceof AttemptEnd.Failed failed) {
      return part.apply(failed.failure());
    }
    if (end instanceof AttemptEnd.Crashed crashed) {
      return part.apply(crashed.failure());
    }
    return end instanceof AttemptEnd.Retried retried ? part.apply(retried.failure()) : null;
  }

  private static Duration delay(AttemptEnd end) {
    if (end instanceof AttemptEnd.Retried retried) {
      return retried.delay();
    }
    if (end instanceof AttemptEnd.Snoozed snoozed) {
      return snoozed.delay();
    }
    if (end instanceof AttemptEnd.Crashed crashed) {
      return crashed.delay();
    }
    return end instanceof AttemptEnd.Released released ? released.delay() : Duration.ZERO;
  }

  private static @Nullable Integer maxCrashes(AttemptEnd end) {
    return end instanceof AttemptEnd.Crashed crashed ? crashed.maxCrashes() : null;
  }
}
