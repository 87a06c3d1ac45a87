package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.max;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What a query asks for, as a condition on jobs. */
final class JobConditions {

  /** The times that PostgreSQL and ids of version 7 have in common, and more than anybody needs. */
  private static final Instant FIRST_TIME = Instant.EPOCH;

  private static final Instant LAST_TIME = Instant.parse("9999-12-31T00:00:00Z");

  /**
   * The time in an id is the submitter's, or that of a run of a schedule, and the time of
   * submission the database's: ids only narrow down where to look.
   */
  private static final Duration ID_TOLERANCE = Duration.ofDays(1);

  /**
   * For people who look for jobs, the newest first: whatever has a later id has to be read and
   * passed over, and clocks are hardly ahead of the database's.
   */
  static final Duration SMALL_ID_TOLERANCE = Duration.ofMinutes(10);

  private static final List<JobAttempt.Outcome> FAILURES =
      List.of(JobAttempt.Outcome.FAILED, JobAttempt.Outcome.TIMED_OUT, JobAttempt.Outcome.LOST);

  private JobConditions() {}

  /** Whether a job meets the query, and comes after the job that it names. */
  static Condition of(Tables tables, JobQuery query) {
    return of(tables, query, ID_TOLERANCE);
  }

  /**
   * The same.
   *
   * @param idTolerance by how much the time in an id may be later than the time of submission
   */
  static Condition of(Tables tables, JobQuery query, Duration idTolerance) {
    return DSL.and(
        ofIndexes(tables, query, idTolerance),
        query.fingerprint().map(print -> failedLastBy(tables, print)).orElseGet(DSL::noCondition),
        errorText(tables.jobs.errorMessage, tables.jobs.errorClass, query));
  }

  /** The same, but for the fingerprint and the text of the error. */
  static Condition ofIndexes(Tables tables, JobQuery query, Duration idTolerance) {
    Tables.Jobs j = tables.jobs;
    return DSL.and(
        query.status().map(j.status::eq).orElseGet(DSL::noCondition),
        query.types().isEmpty() ? DSL.noCondition() : j.type.in(query.types()),
        query.itemId().map(j.itemId::eq).orElseGet(DSL::noCondition),
        query.submittedBy().map(j.submittedBy::eq).orElseGet(DSL::noCondition),
        query.workflowId().map(j.workflowId::eq).orElseGet(DSL::noCondition),
        query.limitKey().map(j.limitKey::eq).orElseGet(DSL::noCondition),
        query
            .submittedAfter()
            .map(JobConditions::clamped)
            .map(time -> j.submittedAt.ge(time).and(j.id.ge(firstIdOf(time.minus(ID_TOLERANCE)))))
            .orElseGet(DSL::noCondition),
        query
            .submittedBefore()
            .map(JobConditions::clamped)
            .map(time -> j.submittedAt.lt(time).and(j.id.lt(firstIdOf(time.plus(idTolerance)))))
            .orElseGet(DSL::noCondition),
        query.ids().isEmpty()
            ? DSL.noCondition()
            : j.id.eq(DSL.any(query.ids().toArray(UUID[]::new))),
        query.after().map(j.id::lt).orElseGet(DSL::noCondition));
  }

  /** Whether the text of the error has what the query asks for. */
  static Condition errorText(Field<String> message, Field<String> errorClass, JobQuery query) {
    return query
        .errorText()
        .map(text -> message.containsIgnoreCase(text).or(errorClass.containsIgnoreCase(text)))
        .orElseGet(DSL::noCondition);
  }

  private static Condition failedLastBy(Tables tables, String fingerprint) {
    Tables.Jobs j = tables.jobs;
    Tables.Attempts a = tables.attempts;
    return exists(
        selectOne()
            .from(a)
            .where(
                a.jobId
                    .eq(j.id)
                    .and(a.fingerprint.eq(fingerprint))
                    .and(a.lease.eq(lastFailure(tables, a.jobId)))));
  }

  /** The lease of the last attempt at a job that has failed. */
  static Field<Long> lastFailure(Tables tables, Field<UUID> jobId) {
    Tables.Attempts a = tables.attempts;
    var other = a.as("other");
    return DSL.field(
        select(max(Fields.of(other, a.lease)))
            .from(other)
            .where(
                Fields.of(other, a.jobId).eq(jobId).and(Fields.of(other, a.outcome).in(FAILURES))));
  }

  private static Instant clamped(Instant time) {
    if (time.isBefore(FIRST_TIME)) {
      return FIRST_TIME;
    }
    return time.isAfter(LAST_TIME) ? LAST_TIME : time;
  }

  /** The lowest id that a job may have whose id was made at this time: its first 48 bits say so. */
  private static UUID firstIdOf(Instant time) {
    return new UUID(Math.max(0, time.toEpochMilli()) << 16, 0);
  }
}
