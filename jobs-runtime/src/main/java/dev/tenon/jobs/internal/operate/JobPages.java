package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectDistinct;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.operate.JobConditions.IdRange;
import dev.tenon.jobs.internal.sql.JobColumns;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.SelectConditionStep;
import dev.tenon.jobs.libraries.jooq.SelectLimitStep;
import dev.tenon.jobs.libraries.jooq.SortOrder;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/**
 * Builds statements for the jobs of a query in the order of their ids, and for their number.
 *
 * <p>A statement begins with the index that has the fewest jobs that the query does not ask for, in
 * this order: of what was submitted, of failed jobs, of waiting jobs. From there the planner has
 * only one way to the rest of a job, by its id, whatever its estimates are. It reads one job after
 * the other until the page is full. Without that, it might read all jobs in the order of their ids
 * to find those of a type that has had none for a year.
 */
final class JobPages {

  private JobPages() {}

  /**
   * Jobs that a statement reads from several tables.
   *
   * @param tables joined so that each job is there once
   * @param id the id of a job
   * @param columns the other columns of a job
   * @param condition the condition on the jobs
   */
  record Found(Table<?> tables, Field<UUID> id, JobColumns columns, Condition condition) {

    /** A select of columns of the view of all jobs, and more. */
    SelectConditionStep<Record> select(Collection<? extends Field<?>> wanted, Field<?>... more) {
      return DSL.select(wanted.stream().map(columns::of).toList())
          .select(more)
          .from(tables)
          .where(condition);
    }
  }

  /**
   * The newest jobs of a query, newest first.
   *
   * @param columns columns of the view of all jobs
   */
  static Select<?> newest(
      Tables tables,
      Collection<? extends Field<?>> columns,
      JobQuery query,
      IdRange ids,
      long limit) {
    return page(found(tables, query, ids, SortOrder.DESC, true), columns, SortOrder.DESC)
        .limit(limit);
  }

  /** The newest jobs, whatever fingerprint and string in the error the query asks for. */
  static Select<?> newestOfAnyFailure(
      Tables tables,
      Collection<? extends Field<?>> columns,
      JobQuery query,
      IdRange ids,
      long limit) {
    return page(found(tables, query, ids, SortOrder.DESC, false), columns, SortOrder.DESC)
        .limit(limit);
  }

  /** The oldest jobs of a query, by id, oldest first. */
  static Select<?> oldest(
      Tables tables,
      Collection<? extends Field<?>> columns,
      JobQuery query,
      IdRange ids,
      long limit) {
    return page(found(tables, query, ids, SortOrder.ASC, true), columns, SortOrder.ASC)
        .limit(limit);
  }

  /** The jobs with these ids that meet a query, newest first. */
  static Select<?> newestOf(
      Tables tables,
      Select<Record1<UUID>> jobIds,
      Collection<? extends Field<?>> columns,
      JobQuery query,
      long limit) {
    Table<?> given = jobIds.asTable("given", "id");
    Field<UUID> id = idOf(given);
    Condition ofState = failure(tables, query, true).and(IdRange.ALL.of(query, id));
    Found found = ofGiven(tables, query, given, id, ofState);
    return page(found, columns, SortOrder.DESC).limit(limit);
  }

  private static SelectLimitStep<?> page(
      Found found, Collection<? extends Field<?>> columns, SortOrder order) {
    return found.select(columns).orderBy(found.id().sort(order));
  }

  /**
   * The jobs of a query, from the index that has few others, in the order of the ids.
   *
   * @param order the order that they will be read in
   * @param checksFailure true if the fingerprint and the string in the error matter
   */
  static Found found(
      Tables tables, JobQuery query, IdRange ids, SortOrder order, boolean checksFailure) {
    if (!query.ids().isEmpty() || QueryShape.isAmongRunning(query)) {
      Table<?> given =
          query.ids().isEmpty()
              ? claimed(tables)
              : DSL.unnest(query.ids().stream().distinct().toArray(UUID[]::new)).as("given", "id");
      Field<UUID> id = idOf(given);
      return ofGiven(
          tables, query, given, id, failure(tables, query, checksFailure).and(ids.of(query, id)));
    }
    if (checksFailure && query.itemId().isEmpty() && query.fingerprint().isPresent()) {
      return byFingerprint(tables, query, query.fingerprint().get(), ids, order);
    }
    return QueryShape.isSearched(query)
        ? bySubmit(tables, query, ids, order, checksFailure)
        : byStatus(tables, query, ids, checksFailure);
  }

  /** The running jobs of all types. */
  static Found running(Tables tables) {
    JobQuery running = JobQuery.all().withStatus(JobStatus.RUNNING);
    return found(tables, running, IdRange.ALL, SortOrder.ASC, false);
  }

  private static Field<UUID> idOf(Table<?> table) {
    return DSL.field(DSL.name(table.getName(), "id"), SQLDataType.UUID);
  }

  /**
   * Starts from what was submitted, which is in the order of the ids, and looks up the states of
   * the jobs.
   */
  private static Found bySubmit(
      Tables tables, JobQuery query, IdRange ids, SortOrder order, boolean checksFailure) {
    Table<?> submitted = inOrder(tables, query, ids, order).asTable("submitted");
    Field<UUID> id = SubqueryFields.of(submitted, tables.data.id);
    Table<?> state = state(tables, query, id, failure(tables, query, checksFailure));
    return new Found(
        submitted.crossJoin(lateral(state)),
        id,
        JobColumns.in(submitted, state),
        DSL.noCondition());
  }

  /** Starts from the states of jobs, and looks up what was submitted. */
  private static Found byStatus(Tables tables, JobQuery query, IdRange ids, boolean checksFailure) {
    Table<?> state = stateOf(tables, query);
    JobColumns columns = JobColumns.in(state);
    Field<UUID> id = columns.of(tables.jobs.id);
    Table<?> submitted = submitted(tables, query, id, columns.of(tables.jobs.type));
    return new Found(
        state.crossJoin(lateral(submitted)),
        id,
        JobColumns.in(submitted, state),
        DSL.and(
            ofState(tables, state, query),
            ids.of(query, id),
            failure(tables, query, checksFailure)));
  }

  /** Starts from ids, and looks up the states of these jobs and what was submitted. */
  private static Found ofGiven(
      Tables tables, JobQuery query, Table<?> given, Field<UUID> id, Condition ofState) {
    Table<?> state = state(tables, query, id, ofState);
    Table<?> submitted = submitted(tables, query, id, SubqueryFields.of(state, tables.states.type));
    return new Found(
        given.crossJoin(lateral(state)).crossJoin(lateral(submitted)),
        id,
        JobColumns.in(submitted, state),
        DSL.noCondition());
  }

  /**
   * Starts from the failures, and looks up the jobs. With {@code OFFSET 0} the planner keeps this
   * order, and stops at the limit; otherwise it reads all jobs that ever failed like this, and
   * sorts them.
   */
  private static Found byFingerprint(
      Tables tables, JobQuery query, String fingerprint, IdRange ids, SortOrder order) {
    Tables.Attempts a = tables.attempts;
    Table<?> failures =
        select(a.jobId, a.lease)
            .from(a)
            .where(a.fingerprint.eq(fingerprint))
            .and(ids.of(query, a.jobId))
            .orderBy(a.jobId.sort(order))
            .offset(0)
            .asTable("failures");
    Field<UUID> id = SubqueryFields.of(failures, a.jobId);
    return ofGiven(
        tables,
        query,
        failures,
        id,
        errorText(tables, query)
            .and(SubqueryFields.of(failures, a.lease).eq(JobConditions.lastFailure(tables, id))));
  }

  /** A row for each job that meets a query and has such ids, in no order, for counting. */
  static SelectLimitStep<?> matching(Tables tables, JobQuery query, IdRange ids) {
    JobTables.Data d = tables.data;
    if (QueryShape.asksForNothingElse(query)) {
      return selectOne().from(d).where(JobConditions.submitted(d, query)).and(ids.of(query, d.id));
    }
    boolean isByFailure = query.fingerprint().isPresent();
    boolean isOfGiven = !query.ids().isEmpty() || QueryShape.isAmongRunning(query);
    if (isByFailure
        || isOfGiven
        || (QueryShape.needsSubmit(query) && !QueryShape.isSearched(query))) {
      Found found = found(tables, query, ids, SortOrder.ASC, true);
      return selectOne().from(found.tables()).where(found.condition());
    }
    if (QueryShape.isByHeader(query) && QueryShape.isSearched(query)) {
      Found found = found(tables, query, ids, SortOrder.ASC, true);
      return selectOne().from(found.tables()).where(found.condition());
    }
    Table<?> state = stateOf(tables, query);
    JobColumns columns = JobColumns.in(state);
    Field<UUID> id = columns.of(tables.jobs.id);
    Condition isOfState =
        DSL.and(ofState(tables, state, query), ids.of(query, id), errorText(tables, query));
    return QueryShape.isSearched(query)
        ? selectOne()
            .from(d)
            .join(state)
            .on(d.type.eq(columns.of(tables.jobs.type)).and(d.id.eq(id)))
            .where(JobConditions.submitted(d, query))
            .and(ids.of(query, d.id))
            .and(isOfState)
        : selectOne().from(state).where(isOfState);
  }

  /** The number of jobs that meet a query and have such ids. */
  static Select<Record1<Long>> count(Tables tables, JobQuery query, IdRange ids) {
    return select(DSL.count().coerce(Long.class))
        .from(matching(tables, query, ids).asTable("matching"));
  }

  /**
   * The jobs that workers have claimed, each once. Heartbeats delete the claims of jobs that have
   * ended, so there are not many more claims than running jobs.
   */
  static Table<?> claimed(Tables tables) {
    JobTables.Claims c = tables.claims;
    Table<?> one = DSL.unnest(c.jobIds).as("one", "id");
    return selectDistinct(idOf(one).as("id")).from(c).crossJoin(one).asTable("claimed");
  }

  /**
   * The table with the states of the jobs of a query, or the view of both tables if both may have
   * them.
   */
  private static Table<?> stateOf(Tables tables, JobQuery query) {
    return query
        .status()
        .<Table<?>>map(status -> status.isTerminal() ? tables.ended : tables.live)
        .orElse(tables.states);
  }

  /** The conditions on the states of jobs, and on the submitted values that are repeated there. */
  private static Condition ofState(Tables tables, Table<?> state, JobQuery query) {
    JobColumns columns = JobColumns.in(state);
    return DSL.and(
        JobConditions.type(query, columns.of(tables.jobs.type)),
        query.workflowId().map(columns.of(tables.jobs.workflowId)::eq).orElseGet(DSL::noCondition),
        query
            .limitKey()
            .filter(key -> state == tables.live)
            .map(tables.live.limitKey::eq)
            .orElseGet(DSL::noCondition),
        query
            .submittedBy()
            .filter(submitter -> QueryShape.isOfFailed(query))
            .map(tables.ended.submittedBy::eq)
            .orElseGet(DSL::noCondition),
        JobConditions.status(query, columns.of(tables.jobs.status)));
  }

  private static Condition failure(Tables tables, JobQuery query, boolean isChecked) {
    return isChecked
        ? JobConditions.failure(tables, JobColumns.in(stateOf(tables, query)), query)
        : DSL.noCondition();
  }

  private static Condition errorText(Tables tables, JobQuery query) {
    JobColumns columns = JobColumns.in(stateOf(tables, query));
    return JobConditions.errorText(
        columns.of(tables.jobs.errorMessage), columns.of(tables.jobs.errorClass), query);
  }

  /**
   * The state of a job if it meets the query. With OFFSET 0 the planner keeps this as it is, and
   * finds the job only by its id.
   */
  private static Table<?> state(Tables tables, JobQuery query, Field<UUID> id, Condition more) {
    Table<?> state = stateOf(tables, query);
    JobColumns columns = JobColumns.in(state);
    return select(state.fields())
        .from(state)
        .where(columns.of(tables.jobs.id).eq(id))
        .and(JobConditions.status(query, columns.of(tables.jobs.status)))
        .and(more)
        .offset(0)
        .asTable("state");
  }

  /** The submitted values of a job if they meet the query; found in the same way. */
  private static Table<?> submitted(
      Tables tables, JobQuery query, Field<UUID> id, Field<String> type) {
    JobTables.Data d = tables.data;
    return select(d.fields())
        .from(d)
        .where(d.type.eq(type).and(d.id.eq(id)))
        .and(JobConditions.submitted(d, query))
        .offset(0)
        .asTable("submitted");
  }

  /**
   * Starts from the jobs that have the first header of the query, in the order of their ids, and
   * looks up what was submitted.
   */
  private static Select<?> byHeader(Tables tables, JobQuery query, IdRange ids, SortOrder order) {
    JobTables.Data d = tables.data;
    JobTables.Headers h = tables.headers;
    Map.Entry<String, String> first = query.headers().asMap().entrySet().iterator().next();
    Table<?> tagged =
        select(h.id, h.type)
            .from(h)
            .where(h.name.eq(first.getKey()).and(h.value.eq(first.getValue())))
            .and(JobConditions.type(query, h.type))
            .and(ids.of(query, h.id))
            .orderBy(h.id.sort(order))
            .offset(0)
            .asTable("tagged");
    // The planner knows the order of this one
    Field<UUID> id = SubqueryFields.of(tagged, h.id);
    Table<?> data = submitted(tables, query, id, SubqueryFields.of(tagged, h.type));
    return select(
            Arrays.stream(d.fields())
                .map(field -> field.equals(d.id) ? id : SubqueryFields.of(data, field))
                .toList())
        .from(tagged)
        .crossJoin(lateral(data));
  }

  /**
   * The submitted values of the jobs of a query, in a form that lets the planner read them in
   * order.
   */
  private static Select<?> inOrder(Tables tables, JobQuery query, IdRange ids, SortOrder order) {
    JobTables.Data d = tables.data;
    if (QueryShape.isByHeader(query)) {
      return byHeader(tables, query, ids, order);
    }
    Condition condition = JobConditions.submitted(d, query).and(ids.of(query, d.id));
    if (!QueryShape.isMerged(query)) {
      return select(d.fields()).from(d).where(condition);
    }
    // The jobs of each type in order: the planner only merges inputs that are declared as sorted
    return query.types().stream()
        .distinct()
        .<Select<Record>>map(
            type ->
                select(d.fields())
                    .from(d)
                    .where(d.type.eq(type))
                    .and(condition)
                    .orderBy(d.id.sort(order)))
        .reduce(Select::unionAll)
        .orElseThrow();
  }
}
