package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.max;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.min;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectDistinct;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.operate.JobConditions.IdRange;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.store.WaitingJobs;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.operate.JobMonitor.Backlog;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Reads jobs for people who operate them. Each statement is bounded, and cancelled after two
 * seconds. Thread-safe.
 */
public final class MonitorStore {

  /** The number of jobs whose errors are searched for a string, which takes a tenth of a second. */
  private static final int MAX_TEXTS = 20_000;

  private final PatientReads reads;
  private final Tables tables;
  private final ReadStore jobs;

  /** The store of this database. */
  public MonitorStore(Database database) {
    this.reads = new PatientReads(database);
    this.tables = database.tables();
    this.jobs = new ReadStore(database);
  }

  /**
   * The waiting jobs by type, sorted by type; a type without waiting jobs has 0.
   *
   * @param max the largest count; counting stops there
   */
  public List<Backlog> backlog(int max) {
    JobTables.Live j = tables.live;
    Tables.JobTypes t = tables.jobTypes;
    Field<String> name = DSL.field(DSL.name("names", "name"), SQLDataType.CLOB);
    var names =
        // A renamed type still has its row, and is among the aliases of the new one
        selectDistinct(
                DSL.field("unnest({0} || {1})", SQLDataType.CLOB, t.type, t.aliases).as("name"))
            .from(t)
            .asTable("names");
    Condition isOfType = j.type.eq(name);
    Condition isLimited = LimitedClaimStore.isLimitedAndWaiting(j);
    Condition isParked = WaitingJobs.isParked(j);
    Field<Integer> count =
        counted(WaitingJobs.isAmong(j).and(isOfType), max, j.type, j.priority, j.runAt, j.id)
            .plus(counted(isLimited.and(isOfType), max, j.type, j.limitKey))
            .plus(counted(isParked.and(isOfType), max, j.type, j.version));
    UnnestedRows<JobPriority> priorities = new UnnestedRows<>("p", List.of(JobPriority.values()));
    var priority = priorities.column("priority", Tables.PRIORITY, Function.identity());
    var ofPriority =
        select(j.runAt)
            .from(j)
            .where(
                WaitingJobs.isAmong(j)
                    .and(isOfType)
                    .and(j.priority.eq(priority))
                    .and(j.runAt.le(currentInstant())))
            .orderBy(j.runAt)
            .limit(1)
            .asTable("o");
    Field<Instant> oldest =
        DSL.least(
            DSL.field(
                select(min(SubqueryFields.of(ofPriority, j.runAt)))
                    .from(priorities.table())
                    .crossJoin(lateral(ofPriority))),
            oldestOf(isLimited.and(isOfType), max, j.type, j.limitKey),
            oldestOf(isParked.and(isOfType), max, j.type, j.version));
    Field<Integer> waiting = count.as("waiting");
    Field<Instant> due = oldest.as("due");
    return reads.byIndexes(
        dsl ->
            dsl.select(name, waiting, due)
                .from(names)
                .orderBy(name)
                .fetch(
                    row ->
                        new MonitorRows.Backlog(
                            row.get(name),
                            Math.min(row.get(waiting), max),
                            Optional.ofNullable(row.get(due)))));
  }

  /**
   * Counts jobs up to a limit.
   *
   * @param order the columns of the index that has them, in order
   */
  private Field<Integer> counted(Condition which, int max, Field<?>... order) {
    JobTables.Live j = tables.live;
    return DSL.field(
        select(DSL.count()).from(selectOne().from(j).where(which).orderBy(order).limit(max)));
  }

  private Field<Instant> oldestOf(Condition which, int max, Field<?>... order) {
    JobTables.Live j = tables.live;
    var some = select(j.runAt).from(j).where(which).orderBy(order).limit(max).asTable("some");
    Field<Instant> runAt = SubqueryFields.of(some, j.runAt);
    return DSL.field(select(min(runAt)).from(some).where(runAt.le(currentInstant())));
  }

  /** The number of running jobs, by type. */
  public Map<String, Long> running() {
    JobPages.Found running = JobPages.running(tables);
    Field<String> type = running.columns().of(tables.jobs.type);
    Field<Long> count = DSL.count().coerce(Long.class);
    return reads.patiently(
        dsl -> dsl.select(type, count).from(running.tables()).groupBy(type).fetchMap(type, count));
  }

  /** A page of jobs. */
  public Page<JobSummary> list(JobQuery query) {
    if (query.errorText().isPresent() && query.fingerprint().isEmpty()) {
      return reads.patiently(dsl -> jobs.searchWithin(dsl, query, MAX_TEXTS));
    }
    if (haveAnIndexInOrder(query)) {
      return reads.byIndexes(dsl -> jobs.search(dsl, query));
    }
    Optional<Page<JobSummary>> waiting =
        JobSearch.asksForWaiting(query)
            ? reads.byIndexes(dsl -> jobs.waitingIfFew(dsl, query))
            : Optional.empty();
    return waiting.orElseGet(() -> reads.patiently(dsl -> jobs.search(dsl, query)));
  }

  /**
   * Returns true if there is a special index for the jobs of a query, in the order of their ids.
   */
  private static boolean haveAnIndexInOrder(JobQuery query) {
    boolean failed =
        query.status().filter(s -> s == JobStatus.FAILED || s == JobStatus.CANCELLED).isPresent();
    return query.fingerprint().isPresent()
        || (failed && query.types().size() <= 1)
        || (QueryShape.isByHeader(query)
            && QueryShape.isSearched(query)
            && !JobSearch.asksForWaiting(query));
  }

  /** Jobs of a workflow, those that need attention first. */
  public List<JobSummary> failedFirst(JobQuery query, int offset) {
    return reads.patiently(dsl -> jobs.failedFirst(dsl, query, offset));
  }

  /** The trace context that was stored with a job. */
  public Optional<String> traceContext(UUID jobId) {
    Tables.Jobs j = tables.jobs;
    return reads.patiently(
        dsl ->
            dsl.select(j.traceContext)
                .from(j)
                .where(j.id.eq(jobId).and(j.traceContext.isNotNull()))
                .fetchOptional(j.traceContext));
  }

  /** The number of jobs on all pages of a query, up to the limit. */
  public long count(JobQuery query, long max) {
    Tables.Jobs j = tables.jobs;
    if (haveAnIndexInOrder(query) && max <= JobSearch.MANY) {
      return reads.byIndexes(
          dsl -> count(dsl, JobSearch.newest(tables, List.of(j.id), query, max)));
    }
    Optional<Long> waiting =
        JobSearch.asksForWaiting(query)
            ? reads.byIndexes(
                dsl ->
                    JobSearch.waitingIfFew(dsl, tables, query)
                        .map(
                            ids ->
                                count(
                                    dsl,
                                    JobPages.newestOf(tables, ids, List.of(j.id), query, max))))
            : Optional.empty();
    return waiting.orElseGet(
        () ->
            reads.patiently(
                dsl ->
                    count(
                        dsl,
                        max > JobSearch.MANY
                            ? JobPages.matching(tables, query, IdRange.ALL).limit(max)
                            // If few are counted, the planner must not read the table until it has
                            // them
                            : JobSearch.newest(tables, List.of(j.id), query, max))));
  }

  private static long count(DSLContext dsl, Select<?> some) {
    return dsl.select(DSL.count().coerce(Long.class)).from(some).fetchSingle().value1();
  }
}
