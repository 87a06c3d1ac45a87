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
import dev.tenon.jobs.libraries.jooq.ResultQuery;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Records how attempts ended: many with one statement, each only under its lease. Thread-safe. */
public final class OutcomeStore {

  private final Database database;

  /** With and without results, failures, and mixtures. */
  private final HotStatements statements = new HotStatements();

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

  /**
   * Records the ends of attempts at jobs of which some belong to workflows, and does what follows
   * from that, in one transaction.
   *
   * @param next which of the steps that can start now are claimed with it
   */
  public Finished finish(List<AttemptEnd> ends, NextSteps next) {
    return Database.inTransaction(
        database.control(),
        dsl -> {
          Set<UUID> recorded = finish(dsl, ends);
          List<ClaimedJob> claimed = new ArrayList<>();
          ReleasedJobs released = Settlement.settle(dsl, database, next, claimed::add);
          return new Finished(recorded, released, claimed);
        });
  }

  /**
   * What became of the ends of attempts.
   *
   * @param recorded the jobs whose end was recorded, as above
   * @param released what else can be started now
   * @param claimed what the worker has claimed
   */
  public record Finished(Set<UUID> recorded, ReleasedJobs released, List<ClaimedJob> claimed) {

    /** Makes the collections immutable. */
    public Finished {
      recorded = Set.copyOf(recorded);
      claimed = List.copyOf(claimed);
    }
  }

  Set<UUID> finish(DSLContext dsl, List<AttemptEnd> ends) {
    EndedAttempts ended = new EndedAttempts(ends);
    Set<UUID> recorded = new HashSet<>();
    statements
        .get(ended.rows.shape(), () -> statement(ended))
        .run(dsl, ended.rows.parameters(), row -> recorded.add(row.getObject(1, UUID.class)));
    return recorded;
  }

  private ResultQuery<?> statement(EndedAttempts e) {
    Tables.Jobs j = database.tables().jobs;
    Tables.Attempts a = database.tables().attempts;
    var given = LockedJobs.given(e.rows, e.id);
    var locked = LockedJobs.locked(j, given, e.id, HeldJob.is(j, e.lease, e.worker));

    Field<Integer> crashes =
        j.crashes.plus(when(e.maxCrashes.isNotNull(), inline(1)).otherwise(inline(0)));
    Condition crashedTooOften = e.maxCrashes.isNotNull().and(crashes.ge(e.maxCrashes));
    // What would be attempted again ends as cancelled if that was asked for while it ran.
    Field<JobStatus> status =
        when(
                e.status.eq(JobStatus.PENDING).and(j.cancelRequestedAt.isNotNull()),
                inline(JobStatus.CANCELLED, Tables.STATUS))
            .when(crashedTooOften, inline(JobStatus.FAILED, Tables.STATUS))
            .otherwise(e.status);
    Condition isLast =
        e.status.ne(JobStatus.PENDING).or(j.cancelRequestedAt.isNotNull()).or(crashedTooOften);
    Field<Integer> uncounted =
        when(
                e.outcome.in(
                    JobAttempt.Outcome.RELEASED,
                    JobAttempt.Outcome.SNOOZED,
                    JobAttempt.Outcome.LOST),
                inline(1))
            .otherwise(inline(0));
    Field<Instant> due =
        when(e.status.eq(JobStatus.PENDING), Intervals.after(currentInstant(), e.delay));
    var finished =
        name("finished")
            .as(
                DSL.update(j)
                    .set(j.status, status)
                    .set(j.result, e.result.cast(JSON.class))
                    .set(j.resultVersion, e.resultVersion)
                    .set(j.errorReason, e.errorReason)
                    .set(j.errorClass, e.errorClass)
                    .set(j.errorMessage, e.errorMessage)
                    .set(j.attempts, j.attempts.minus(uncounted))
                    .set(j.crashes, crashes)
                    .set(j.runAt, DSL.coalesce(due, j.runAt))
                    .set(j.publishAt, DSL.coalesce(due, j.publishAt))
                    .set(j.finishedAt, when(isLast, currentInstant()))
                    .set(
                        j.deleteAt,
                        when(
                            isLast,
                            when(e.status.eq(JobStatus.COMPLETED), Intervals.retentionFromNow(j))
                                .otherwise(Intervals.failedRetentionFromNow(j))))
                    .set(
                        j.progress,
                        when(e.status.eq(JobStatus.COMPLETED), inline((short) 100))
                            .otherwise(j.progress))
                    .set(
                        j.progressMessage,
                        when(e.status.ne(JobStatus.COMPLETED), j.progressMessage))
                    .set(j.uniqueKey, UniqueKeys.after(j, status))
                    .from(given, locked)
                    .where(j.id.eq(e.id).and(j.id.eq(locked.field("id", UUID.class))))
                    .returning(
                        j.id,
                        j.lease,
                        j.attempts.plus(uncounted).as("attempt"),
                        j.workerId,
                        j.startedAt,
                        e.outcome.as("outcome"),
                        e.errorReason.as("error_reason"),
                        e.errorClass.as("error_class"),
                        e.errorMessage.as("error_message"),
                        e.stack.as("stack"),
                        e.fingerprint.as("fingerprint")));
    var recorded =
        name("recorded")
            .as(
                DSL.insertInto(
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
                                field(finished, "outcome", e.outcome),
                                field(finished, "error_reason", e.errorReason),
                                field(finished, "error_class", e.errorClass),
                                field(finished, "error_message", e.errorMessage),
                                field(finished, "stack", e.stack),
                                field(finished, "fingerprint", e.fingerprint))
                            .from(finished))
                    .returning(a.jobId));
    return DSL.with(given)
        .with(locked)
        .with(finished)
        .with(recorded)
        .select(Fields.of(recorded, a.jobId))
        .from(recorded);
  }

  /** What is passed on; it has no name of its own where it is one value of the statement. */
  private static <V> Field<V> field(Table<?> finished, String name, Field<V> passedOn) {
    return DSL.field(DSL.name(finished.getName(), name), passedOn.getDataType());
  }
}
