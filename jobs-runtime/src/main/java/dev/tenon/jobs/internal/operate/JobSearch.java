package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.operate.JobConditions.IdRange;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.StatusChange;
import dev.tenon.jobs.internal.store.WaitingJobs;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Searches for jobs for people, newest first, in ways that are fast even among millions of jobs:
 * each begins with an index that has the jobs in this order. If a query asks for jobs that were
 * submitted before a time, it does not find those of a submitter whose clock is more than ten
 * minutes ahead.
 */
final class JobSearch {

  /** The number of jobs that counts as many; fewer are looked up one by one, in any order. */
  static final int MANY = 20_000;

  private static final IdRange NEWEST = new IdRange(JobConditions.SMALL_ID_TOLERANCE, null, null);

  private JobSearch() {}

  /**
   * The jobs that a query asks for.
   *
   * @param columns columns of the view of all jobs
   * @param limit the largest number of jobs
   */
  static Select<?> newest(
      Tables tables, Collection<? extends Field<?>> columns, JobQuery query, long limit) {
    return JobPages.newest(tables, columns, query, NEWEST, limit);
  }

  /**
   * The waiting jobs of the types of a query, or of any type if it names none, from the indexes of
   * waiting jobs, in no order. This finds them if only few of many jobs wait; a search by their ids
   * would not.
   *
   * @param max the largest number from each index
   */
  static Select<Record1<UUID>> waiting(Tables tables, JobQuery query, int max) {
    JobTables.Live j = tables.live;
    Condition isOfTypes = query.types().isEmpty() ? DSL.noCondition() : j.type.in(query.types());
    return DSL.selectFrom(
            select(j.id)
                .from(j)
                .where(WaitingJobs.isAmong(j).and(isOfTypes))
                .orderBy(j.type, j.priority, j.runAt, j.id)
                .limit(max)
                .asTable("waits"))
        .unionAll(
            DSL.selectFrom(
                select(j.id)
                    .from(j)
                    .where(LimitedClaimStore.isLimitedAndWaiting(j).and(isOfTypes))
                    .orderBy(j.type, j.limitKey, j.priority, j.runAt, j.id)
                    .limit(max)
                    .asTable("waits_for_limit")))
        .unionAll(
            DSL.selectFrom(
                select(j.id)
                    .from(j)
                    .where(WaitingJobs.isParked(j).and(isOfTypes))
                    .orderBy(j.type, j.version)
                    .limit(max)
                    .asTable("waits_for_version")));
  }

  /** Returns true if a query asks for waiting jobs. */
  static boolean asksForWaiting(JobQuery query) {
    return query.status().filter(StatusChange.CLAIM.from()::contains).isPresent();
  }

  /**
   * The waiting jobs if there are few; otherwise empty.
   *
   * @param dsl a transaction that reads indexes in order
   */
  static Optional<Select<Record1<UUID>>> waitingIfFew(
      DSLContext dsl, Tables tables, JobQuery query) {
    return dsl.fetchCount(waiting(tables, query, MANY)) < MANY
        ? Optional.of(waiting(tables, query, MANY))
        : Optional.empty();
  }

  /**
   * The jobs with the string in their error that a query asks for, among the newest that meet its
   * other conditions: no index helps to find a string.
   *
   * @param window the number of jobs to look at
   */
  static Select<?> newestWithin(
      Tables tables,
      Collection<? extends Field<?>> columns,
      JobQuery query,
      int window,
      long limit) {
    Tables.Jobs j = tables.jobs;
    var candidates =
        JobPages.newestOfAnyFailure(tables, columns, query, NEWEST, window).asTable("candidates");
    return select(candidates.fields())
        .from(candidates)
        .where(
            JobConditions.errorText(
                SubqueryFields.of(candidates, j.errorMessage),
                SubqueryFields.of(candidates, j.errorClass),
                query))
        .orderBy(SubqueryFields.of(candidates, j.id).desc())
        .limit(limit);
  }

  /** The last job of the window; empty if there are fewer jobs. */
  static Select<Record1<UUID>> endOfWindow(Tables tables, JobQuery query, int window) {
    var candidates =
        JobPages.newestOfAnyFailure(tables, List.of(tables.jobs.id), query, NEWEST, window)
            .asTable("candidates");
    Field<UUID> id = SubqueryFields.of(candidates, tables.jobs.id);
    return select(id).from(candidates).orderBy(id.desc()).offset(window - 1).limit(1);
  }
}
