package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.SelectLimitStep;
import dev.tenon.jobs.libraries.jooq.SelectOrderByStep;
import dev.tenon.jobs.libraries.jooq.SortOrder;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.store.JobConditions.IdRange;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * The jobs of a query in the order of their ids, and how many there are.
 *
 * <p>Jobs of a type, of an item, of a submitter or of a limit key are found in the narrow table
 * {@code job_search}, which has them in this order. From there the planner has one way to the jobs,
 * whatever it thinks of them, one by one until the page is full: left to itself, it may read all
 * jobs in the order of their ids to meet those of a type that has had none for a year.
 */
final class JobPages {

  /** For so many types, their jobs are merged in the order of their ids; for more, all are read. */
  private static final int MAX_MERGED_TYPES = 200;

  private static final Set<JobStatus> FAILED = EnumSet.of(JobStatus.FAILED, JobStatus.CANCELLED);

  private JobPages() {}

  /**
   * The newest jobs of a query, the newest first.
   *
   * @param columns of the table of jobs
   */
  static Select<?> newest(
      Tables tables,
      Collection<? extends Field<?>> columns,
      JobQuery query,
      IdRange ids,
      long limit) {
    return page(tables, columns, query, ids, SortOrder.DESC, true).limit(limit);
  }

  /** The same, whatever fingerprint and text of the error the query asks for. */
  static Select<?> newestOfAnyFailure(
      Tables tables,
      Collection<? extends Field<?>> columns,
      JobQuery query,
      IdRange ids,
      long limit) {
    return page(tables, columns, query, ids, SortOrder.DESC, false).limit(limit);
  }

  /** The jobs of a query with the lowest ids, the lowest first. */
  static Select<?> oldest(
      Tables tables,
      Collection<? extends Field<?>> columns,
      JobQuery query,
      IdRange ids,
      long limit) {
    return page(tables, columns, query, ids, SortOrder.ASC, true).limit(limit);
  }

  private static SelectLimitStep<?> page(
      Tables tables,
      Collection<? extends Field<?>> columns,
      JobQuery query,
      IdRange ids,
      SortOrder order,
      boolean checksFailure) {
    Tables.Jobs j = tables.jobs;
    if (isAmongRunning(query)) {
      Table<?> found = running(tables);
      return select(columns.stream().map(column -> Fields.of(found, column)).toList())
          .from(found)
          .where(ofRunning(tables, found, query, ids))
          .and(checksFailure ? JobConditions.failure(tables, found, query) : DSL.noCondition())
          .orderBy(Fields.of(found, j.id).sort(order));
    }
    if (!isSearched(query)) {
      return select(columns)
          .from(j)
          .where(JobConditions.search(query, j.type, j.itemId, j.submittedBy))
          .and(JobConditions.rest(tables, j, query, ids))
          .and(checksFailure ? JobConditions.failure(tables, j, query) : DSL.noCondition())
          .orderBy(j.id.sort(order));
    }
    Table<?> search = inOrder(tables, query, ids, order).asTable("search");
    Field<UUID> id = Fields.of(search, tables.search.id);
    // With OFFSET 0 the planner takes this as it stands, and finds the job by its id alone
    Table<?> found = select(j.fields()).from(j).where(j.id.eq(id)).offset(0).asTable("found");
    return select(columns.stream().map(column -> Fields.of(found, column)).toList())
        .from(search)
        .crossJoin(lateral(found))
        .where(JobConditions.rest(tables, found, query, ids))
        .and(checksFailure ? JobConditions.failure(tables, found, query) : DSL.noCondition())
        .orderBy(id.sort(order));
  }

  /** A row for each job that meets a query and has such ids, in no order: to count them. */
  static SelectLimitStep<?> matching(Tables tables, JobQuery query, IdRange ids) {
    Tables.Jobs j = tables.jobs;
    if (asksForNothingElse(query)) {
      return selectOne().from(searched(tables, query, ids).asTable("search"));
    }
    if (isAmongRunning(query)) {
      Table<?> found = running(tables);
      return selectOne()
          .from(found)
          .where(ofRunning(tables, found, query, ids))
          .and(JobConditions.failure(tables, found, query));
    }
    return selectOne()
        .from(j)
        .where(
            isSearched(query)
                ? j.id.in(searched(tables, query, ids))
                : JobConditions.search(query, j.type, j.itemId, j.submittedBy))
        .and(JobConditions.rest(tables, j, query, ids))
        .and(JobConditions.failure(tables, j, query));
  }

  /** How many jobs meet a query and have such ids. */
  static Select<Record1<Long>> count(Tables tables, JobQuery query, IdRange ids) {
    return select(DSL.count().coerce(Long.class))
        .from(matching(tables, query, ids).asTable("matching"));
  }

  /**
   * The jobs that run, which are never many. With OFFSET 0 the planner reads them by their index,
   * and with the status in the text it knows that it may.
   */
  private static Table<?> running(Tables tables) {
    Tables.Jobs j = tables.jobs;
    return select(j.fields())
        .from(j)
        .where(j.status.eq(inline(JobStatus.RUNNING, Tables.STATUS)))
        .offset(0)
        .asTable("found");
  }

  private static Condition ofRunning(Tables tables, Table<?> found, JobQuery query, IdRange ids) {
    Tables.Jobs j = tables.jobs;
    return JobConditions.search(
            query,
            Fields.of(found, j.type),
            Fields.of(found, j.itemId),
            Fields.of(found, j.submittedBy))
        .and(JobConditions.rest(tables, found, query, ids));
  }

  /** The ids of the jobs that have what is searched for. */
  private static SelectOrderByStep<Record1<UUID>> searched(
      Tables tables, JobQuery query, IdRange ids) {
    Tables.Search s = tables.search;
    return select(s.id)
        .from(s)
        .where(JobConditions.search(query, s.type, s.itemId, s.submittedBy))
        .and(query.limitKey().map(s.limitKey::eq).orElseGet(DSL::noCondition))
        .and(ids.of(query, s.id));
  }

  /** The same in a way that lets the planner read them in an order. */
  private static Select<Record1<UUID>> inOrder(
      Tables tables, JobQuery query, IdRange ids, SortOrder order) {
    Tables.Search s = tables.search;
    if (!isMerged(query)) {
      return searched(tables, query, ids);
    }
    // Those of each type in their order: the planner only merges what it is told is sorted
    return query.types().stream()
        .distinct()
        .<Select<Record1<UUID>>>map(
            type ->
                select(s.id)
                    .from(s)
                    .where(s.type.eq(type))
                    .and(ids.of(query, s.id))
                    .orderBy(s.id.sort(order)))
        .reduce(Select::unionAll)
        .orElseThrow();
  }

  /** Whether there is an index in the order of the ids for each type, and not one for all. */
  private static boolean isMerged(JobQuery query) {
    return query.types().size() > 1
        && query.itemId().isEmpty()
        && query.submittedBy().isEmpty()
        && query.limitKey().isEmpty();
  }

  /** Whether the jobs are found among those that run. */
  private static boolean isAmongRunning(JobQuery query) {
    return query.status().filter(JobStatus.RUNNING::equals).isPresent()
        && query.ids().isEmpty()
        && query.workflowId().isEmpty();
  }

  /**
   * Whether jobs are searched for in {@code job_search}. Other queries have small indexes of their
   * own: by id, by workflow, of failed jobs, of those that run, and by limit key of those that
   * wait.
   */
  static boolean isSearched(JobQuery query) {
    boolean hasSmallIndex =
        !query.ids().isEmpty() || query.workflowId().isPresent() || isAmongRunning(query);
    if (hasSmallIndex || query.itemId().isPresent()) {
      return !hasSmallIndex;
    }
    boolean isOfFew =
        query.limitKey().isPresent()
            ? query.status().filter(status -> !status.isTerminal()).isPresent()
            : query.status().filter(FAILED::contains).isPresent();
    return !isOfFew
        && (query.submittedBy().isPresent()
            || query.limitKey().isPresent()
            || (query.fingerprint().isEmpty()
                && !query.types().isEmpty()
                && query.types().stream().distinct().count() <= MAX_MERGED_TYPES));
  }

  /** Whether all that a query asks for is in {@code job_search}. */
  private static boolean asksForNothingElse(JobQuery query) {
    boolean isOfOne =
        !query.types().isEmpty() || query.itemId().isPresent() || query.submittedBy().isPresent();
    return isOfOne
        && query.ids().isEmpty()
        && query.status().isEmpty()
        && query.workflowId().isEmpty()
        && query.limitKey().isEmpty()
        && query.submittedAfter().isEmpty()
        && query.submittedBefore().isEmpty()
        && query.fingerprint().isEmpty()
        && query.errorText().isEmpty();
  }
}
