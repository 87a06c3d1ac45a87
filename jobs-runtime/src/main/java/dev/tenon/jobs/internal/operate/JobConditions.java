package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.max;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.sql.JobColumns;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The conditions of a query, for statements. */
final class JobConditions {

  /**
   * The range of times that both PostgreSQL and ids of version 7 have, which is more than anybody
   * needs.
   */
  private static final Instant FIRST_TIME = Instant.EPOCH;

  private static final Instant LAST_TIME = Instant.parse("9999-12-31T00:00:00Z");

  /**
   * The tolerance between the time in an id and the time of submission. The first is by the
   * submitter's clock, or that of a run of a schedule, the second by the database's clock, so ids
   * only narrow down the search.
   */
  private static final Duration ID_TOLERANCE = Duration.ofDays(1);

  /**
   * The tolerance in searches for people, newest first: jobs with later ids have to be read and
   * skipped, and clocks are rarely ahead of the database's.
   */
  static final Duration SMALL_ID_TOLERANCE = Duration.ofMinutes(10);

  private static final List<JobAttempt.Outcome> FAILURES =
      List.of(JobAttempt.Outcome.FAILED, JobAttempt.Outcome.TIMED_OUT, JobAttempt.Outcome.LOST);

  private JobConditions() {}

  /** The condition on the types of the jobs. */
  static Condition type(JobQuery query, Field<String> type) {
    return switch (query.types().size()) {
      case 0 -> DSL.noCondition();
      case 1 -> type.eq(query.types().get(0));
      default -> type.in(query.types());
    };
  }

  /**
   * The condition on the status of the jobs. The values are part of the SQL, so that the planner
   * knows which indexes have these jobs.
   */
  static Condition status(JobQuery query, Field<JobStatus> status) {
    return query
        .status()
        .map(each -> status.eq(inline(each, Tables.STATUS)))
        .orElseGet(DSL::noCondition);
  }

  /** The conditions on what was submitted, except for the ids. */
  static Condition submitted(JobTables.Data d, JobQuery query) {
    return DSL.and(
        type(query, d.type),
        query.itemId().map(d.itemId::eq).orElseGet(DSL::noCondition),
        query.submittedBy().map(d.submittedBy::eq).orElseGet(DSL::noCondition),
        query.limitKey().map(d.limitKey::eq).orElseGet(DSL::noCondition),
        headers(query, d.headers),
        query.workflowId().map(d.workflowId::eq).orElseGet(DSL::noCondition),
        query
            .submittedAfter()
            .map(JobConditions::clamped)
            .map(d.submittedAt::ge)
            .orElseGet(DSL::noCondition),
        query
            .submittedBefore()
            .map(JobConditions::clamped)
            .map(d.submittedAt::lt)
            .orElseGet(DSL::noCondition));
  }

  /** The condition that jobs have all of the headers. */
  private static Condition headers(JobQuery query, Field<JSONB> headers) {
    String wanted = StoredHeaders.write(query.headers());
    return wanted == null ? DSL.noCondition() : headers.contains(JSONB.jsonb(wanted));
  }

  /** The conditions on the fingerprint and on the string in the error. */
  static Condition failure(Tables tables, JobColumns jobs, JobQuery query) {
    Tables.Jobs j = tables.jobs;
    return DSL.and(
        query
            .fingerprint()
            .map(print -> failedLastBy(tables, jobs.of(j.id), print))
            .orElseGet(DSL::noCondition),
        errorText(jobs.of(j.errorMessage), jobs.of(j.errorClass), query));
  }

  /**
   * The ids that the jobs of a query can have, so that others are not read.
   *
   * @param tolerance the largest time that an id may be later than the submission
   * @param after the id before the first one; null for all from the beginning
   * @param last the last id; null for all to the end
   */
  record IdRange(Duration tolerance, @Nullable UUID after, @Nullable UUID last) {

    /** All ids. */
    static final IdRange ALL = new IdRange(ID_TOLERANCE, null, null);

    /** The ids after one id, up to another. */
    static IdRange between(@Nullable UUID after, @Nullable UUID last) {
      return new IdRange(ID_TOLERANCE, after, last);
    }

    Condition of(JobQuery query, Field<UUID> id) {
      return DSL.and(
          query
              .submittedAfter()
              .map(time -> id.ge(firstIdOf(clamped(time).minus(ID_TOLERANCE))))
              .orElseGet(DSL::noCondition),
          query
              .submittedBefore()
              .map(time -> id.lt(firstIdOf(clamped(time).plus(tolerance))))
              .orElseGet(DSL::noCondition),
          query.cursor().map(Cursors::job).map(id::lt).orElseGet(DSL::noCondition),
          after == null ? DSL.noCondition() : id.gt(after),
          last == null ? DSL.noCondition() : id.le(last));
    }
  }

  /** The condition that the error contains the string that the query asks for. */
  static Condition errorText(Field<String> message, Field<String> errorClass, JobQuery query) {
    return query
        .errorText()
        .map(text -> message.containsIgnoreCase(text).or(errorClass.containsIgnoreCase(text)))
        .orElseGet(DSL::noCondition);
  }

  private static Condition failedLastBy(Tables tables, Field<UUID> jobId, String fingerprint) {
    Tables.Attempts a = tables.attempts;
    return exists(
        selectOne()
            .from(a)
            .where(
                a.jobId
                    .eq(jobId)
                    .and(a.fingerprint.eq(fingerprint))
                    .and(a.lease.eq(lastFailure(tables, a.jobId)))));
  }

  /** The lease of the last attempt at a job that has failed. */
  static Field<Long> lastFailure(Tables tables, Field<UUID> jobId) {
    Tables.Attempts a = tables.attempts;
    var other = a.as("other");
    return DSL.field(
        select(max(SubqueryFields.of(other, a.lease)))
            .from(other)
            .where(
                SubqueryFields.of(other, a.jobId)
                    .eq(jobId)
                    .and(SubqueryFields.of(other, a.outcome).in(FAILURES))));
  }

  /** The time, or the nearest one that both PostgreSQL and ids can represent. */
  static Instant clamped(Instant time) {
    if (time.isBefore(FIRST_TIME)) {
      return FIRST_TIME;
    }
    return time.isAfter(LAST_TIME) ? LAST_TIME : time;
  }

  /** The lowest id with this time, which is in the first 48 bits of an id. */
  static UUID firstIdOf(Instant time) {
    return new UUID(Math.max(0, clamped(time).toEpochMilli()) << 16, 0);
  }
}
