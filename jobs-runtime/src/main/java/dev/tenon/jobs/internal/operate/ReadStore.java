package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.choose;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.coalesce;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.octetLength;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.orderBy;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.rowNumber;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.sum;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.flow.SensitiveStore;
import dev.tenon.jobs.internal.operate.JobConditions.IdRange;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.SortField;
import dev.tenon.jobs.libraries.jooq.SortOrder;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads jobs, attempts and logs. Thread-safe. */
public final class ReadStore {

  /**
   * The largest number of attempts that are read: a job that is put off every few seconds has
   * endless attempts.
   */
  private static final int MAX_ATTEMPTS = 1_000;

  private static final long MAX_LOG_PAGE_BYTES = 16L * 1024 * 1024;

  private final Database database;
  private final SensitiveStore sensitive;

  /** The store of this database. */
  public ReadStore(Database database) {
    this.database = database;
    this.sensitive = new SensitiveStore(database);
  }

  /**
   * A store that uses the connections of a data source.
   *
   * @param schema the schema of Tenon's tables
   */
  public static ReadStore over(DataSource dataSource, String schema) {
    return new ReadStore(new Database(dataSource, dataSource, dataSource, schema));
  }

  /** The job with this id. */
  public Optional<Job> find(UUID jobId) {
    Tables.Jobs j = database.tables().jobs;
    return database.planned().selectFrom(j).where(j.id.eq(jobId)).fetchOptional(this::toJob);
  }

  /** The jobs with these ids, in any order; those that do not exist are left out. */
  public List<Job> findAll(List<UUID> jobIds) {
    Tables.Jobs j = database.tables().jobs;
    var given = DSL.unnest(jobIds.toArray(UUID[]::new)).as("given", "id");
    var job =
        select(j.fields())
            .from(j)
            .where(j.id.eq(given.field("id", UUID.class)))
            .offset(0)
            .asTable("job");
    return database
        .planned()
        .select(Arrays.stream(j.fields()).map(column -> SubqueryFields.of(job, column)).toList())
        .from(given)
        .crossJoin(lateral(job))
        .fetch(this::toJob);
  }

  /** A page of jobs, newest first. Payloads and results are not read. */
  public Page<JobSummary> list(JobQuery query) {
    Optional<Page<JobSummary>> waiting =
        JobSearch.asksForWaiting(query)
            ? Database.inTransaction(
                database.planned(),
                dsl -> {
                  PatientReads.readByIndexes(dsl);
                  return waitingIfFew(dsl, query);
                })
            : Optional.empty();
    return waiting.orElseGet(
        () ->
            page(
                database.planned(),
                JobPages.newest(
                    database.tables(), summaryColumns(), query, IdRange.ALL, onePageOf(query)),
                query,
                Optional.empty()));
  }

  /** A page of jobs for people: see {@link JobSearch}. */
  Page<JobSummary> search(DSLContext dsl, JobQuery query) {
    return page(
        dsl,
        JobSearch.newest(database.tables(), summaryColumns(), query, onePageOf(query)),
        query,
        Optional.empty());
  }

  /**
   * A page of waiting jobs, if there are few; otherwise empty.
   *
   * @param dsl a transaction that reads indexes in order
   */
  Optional<Page<JobSummary>> waitingIfFew(DSLContext dsl, JobQuery query) {
    return JobSearch.waitingIfFew(dsl, database.tables(), query)
        .map(
            waiting ->
                page(
                    dsl,
                    JobPages.newestOf(
                        database.tables(), waiting, summaryColumns(), query, onePageOf(query)),
                    query,
                    Optional.empty()));
  }

  /**
   * A page of jobs, for a query with a string in the error. It looks at a limited number of jobs,
   * and then returns a cursor to continue from, although the page may have few jobs or none.
   */
  Page<JobSummary> searchWithin(DSLContext dsl, JobQuery query, int window) {
    Tables tables = database.tables();
    Optional<UUID> end =
        dsl.fetchOptional(JobSearch.endOfWindow(tables, query, window))
            .map(row -> row.get(tables.jobs.id));
    return page(
        dsl,
        JobSearch.newestWithin(tables, summaryColumns(), query, window, onePageOf(query)),
        query,
        end);
  }

  /**
   * The jobs of a workflow: first those that failed, then those that were cancelled, run, wait and
   * have completed. There may be 100,000 jobs, so only their ids are sorted.
   */
  List<JobSummary> failedFirst(DSLContext dsl, JobQuery query, int offset) {
    Tables.Jobs j = database.tables().jobs;
    JobPages.Found found =
        JobPages.found(database.tables(), query, IdRange.ALL, SortOrder.ASC, true);
    Field<Integer> rank =
        choose(found.columns().of(j.status))
            .when(JobStatus.FAILED, inline(0))
            .when(JobStatus.CANCELLED, inline(1))
            .when(JobStatus.RUNNING, inline(2))
            .when(JobStatus.COMPLETED, inline(4))
            .otherwise(inline(3))
            .as("rank");
    var ordered =
        found
            .select(List.of(j.id), rank)
            .orderBy(rank, found.id())
            .offset(offset)
            .limit(query.limit())
            .asTable("ordered");
    Field<UUID> id = SubqueryFields.of(ordered, j.id);
    var job = select(j.fields()).from(j).where(j.id.eq(id)).offset(0).asTable("job");
    return dsl.select(
            summaryColumns().stream().map(column -> SubqueryFields.of(job, column)).toList())
        .from(ordered)
        .crossJoin(lateral(job))
        .orderBy(SubqueryFields.of(ordered, rank), id)
        .fetch(this::toSummary);
  }

  /** The limit of a statement: one row more than requested shows whether there is a next page. */
  private static long onePageOf(JobQuery query) {
    return query.limit() + 1L;
  }

  private Page<JobSummary> page(
      DSLContext dsl, Select<?> select, JobQuery query, Optional<UUID> otherwise) {
    List<JobSummary> jobs = dsl.fetch(select).map(this::toSummary);
    if (jobs.size() <= query.limit()) {
      return otherwise
          .map(last -> Page.followed(jobs, Cursors.ofJob(last)))
          .orElse(Page.last(jobs));
    }
    List<JobSummary> page = jobs.subList(0, query.limit());
    return Page.followed(page, Cursors.ofJob(page.get(page.size() - 1).id()));
  }

  private List<Field<?>> summaryColumns() {
    Tables.Jobs j = database.tables().jobs;
    return List.of(
        j.id,
        j.type,
        j.version,
        j.status,
        j.priority,
        j.itemId,
        j.headers,
        j.submittedBy,
        j.submittedAt,
        j.runAt,
        j.attempts,
        j.maxAttempts,
        j.crashes,
        j.progress,
        j.progressMessage,
        j.errorReason,
        j.errorClass,
        j.errorMessage,
        j.workerId,
        j.startedAt,
        j.finishedAt,
        j.cancelRequestedAt,
        j.startBefore);
  }

  /** The number of jobs on all pages of a query. */
  public long count(JobQuery query) {
    return database
        .planned()
        .fetchSingle(JobPages.count(database.tables(), query, IdRange.ALL))
        .value1();
  }

  /** The last finished attempts at a job, oldest first. */
  public List<JobAttempt> attempts(UUID jobId) {
    Tables.Attempts a = database.tables().attempts;
    List<JobAttempt> newestFirst =
        database
            .planned()
            .selectFrom(a)
            .where(a.jobId.eq(jobId))
            .orderBy(a.lease.desc())
            .limit(MAX_ATTEMPTS)
            .fetch(
                row ->
                    new StoredAttempt(
                        row.get(a.jobId),
                        row.get(a.attempt),
                        row.get(a.lease),
                        row.get(a.workerId),
                        row.get(a.startedAt),
                        row.get(a.finishedAt),
                        row.get(a.outcome),
                        StoredErrors.error(
                            row.get(a.errorReason), row.get(a.errorClass), row.get(a.errorMessage)),
                        Optional.ofNullable(row.get(a.stack)),
                        Optional.ofNullable(row.get(a.fingerprint))));
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  /** A page of a job's log, in the order that the query asks for. */
  public Page<JobLogEntry> logs(UUID jobId, JobLogQuery query) {
    Tables.Logs l = database.tables().logs;
    Condition isAfter =
        query
            .cursor()
            .map(Cursors::line)
            .map(position -> query.isNewestFirst() ? l.id.lt(position) : l.id.gt(position))
            .orElseGet(DSL::noCondition);
    // One row more than requested shows whether there is a next page
    var lines =
        select(l.id, l.attempt, l.level, l.message, l.data, l.loggedAt, l.version, l.lease)
            .from(l)
            .where(l.jobId.eq(jobId).and(isAfter))
            .orderBy(order(l.id, query))
            .limit(query.limit() + 1)
            .asTable("lines");
    Field<Long> id = SubqueryFields.of(lines, l.id);
    Field<Integer> bytes =
        octetLength(SubqueryFields.of(lines, l.message))
            .plus(
                coalesce(octetLength(SubqueryFields.of(lines, l.data).cast(SQLDataType.CLOB)), 0));
    Field<BigDecimal> bytesSoFar = sum(bytes).over(orderBy(order(id, query))).as("bytes_so_far");
    Field<Integer> position = rowNumber().over(orderBy(order(id, query))).as("position");
    Field<Integer> count = DSL.count().over().as("count");
    var counted =
        select(lines.fields()).select(bytesSoFar, position, count).from(lines).asTable("counted");
    var rows =
        database
            .dsl()
            .selectFrom(counted)
            .where(
                SubqueryFields.of(counted, position)
                    .eq(1)
                    .or(
                        SubqueryFields.of(counted, bytesSoFar)
                            .le(BigDecimal.valueOf(MAX_LOG_PAGE_BYTES))))
            .orderBy(order(SubqueryFields.of(counted, l.id), query))
            .limit(query.limit())
            .fetch();
    Optional<SensitiveStore.Declared> sensitive =
        rows.stream().anyMatch(row -> row.get(l.version) != null)
            ? Optional.of(sensitiveOf(jobId))
            : Optional.empty();
    List<JobLogEntry> page =
        rows.map(
            row -> {
              StoredLogEntry.Content content =
                  sensitive
                      .filter(any -> row.get(l.version) != null)
                      .<StoredLogEntry.Content>map(declared -> value(row, declared))
                      .orElseGet(() -> line(row));
              return new StoredLogEntry(
                  jobId, row.get(l.attempt), row.get(l.loggedAt), row.get(l.id), content);
            });
    boolean isLast = page.isEmpty() || page.size() == rows.get(0).get(count);
    return isLast ? Page.last(page) : Page.followed(page, page.get(page.size() - 1).cursor());
  }

  private StoredLogEntry.Line line(Record row) {
    Tables.Logs l = database.tables().logs;
    return new StoredLogEntry.Line(
        row.get(l.level), row.get(l.message), Optional.ofNullable(text(row.get(l.data))));
  }

  private StoredLogEntry.Value value(Record row, SensitiveStore.Declared declared) {
    Tables.Logs l = database.tables().logs;
    int version = row.get(l.version);
    String stored = row.get(l.data).data();
    return new StoredLogEntry.Value(
        version, row.get(l.lease), stored, declared.emitted(version, stored));
  }

  /** The sensitive parts of the values that a job emits; everything if it no longer exists. */
  private SensitiveStore.Declared sensitiveOf(UUID jobId) {
    Tables.Jobs j = database.tables().jobs;
    return database
        .planned()
        .select(j.type)
        .from(j)
        .where(j.id.eq(jobId))
        .fetchOptional(j.type)
        .map(sensitive::find)
        .orElse(SensitiveStore.Declared.UNKNOWN);
  }

  private static SortField<Long> order(Field<Long> id, JobLogQuery query) {
    return query.isNewestFirst() ? id.desc() : id.asc();
  }

  private Job toJob(Record row) {
    Tables.Jobs j = database.tables().jobs;
    return new StoredJob(
        StoredJob.Submitted.of(row, j),
        row.get(j.status),
        Optional.ofNullable(text(row.get(j.result))),
        optionalInt(row.get(j.resultVersion)),
        row.get(j.runAt),
        row.get(j.attempts),
        row.get(j.crashes),
        row.get(j.progress),
        Optional.ofNullable(row.get(j.progressMessage)),
        StoredErrors.error(row.get(j.errorReason), row.get(j.errorClass), row.get(j.errorMessage)),
        Optional.ofNullable(row.get(j.workerId)),
        Optional.ofNullable(row.get(j.startedAt)),
        Optional.ofNullable(row.get(j.finishedAt)),
        Optional.ofNullable(row.get(j.cancelRequestedAt)),
        Optional.ofNullable(row.get(j.startBefore)));
  }

  private JobSummary toSummary(Record row) {
    Tables.Jobs j = database.tables().jobs;
    return new StoredJobSummary(
        row.get(j.id),
        row.get(j.type),
        row.get(j.version),
        row.get(j.status),
        row.get(j.priority),
        Optional.ofNullable(row.get(j.itemId)),
        StoredJob.headersIn(row, j),
        row.get(j.submittedBy),
        row.get(j.submittedAt),
        row.get(j.runAt),
        row.get(j.attempts),
        row.get(j.maxAttempts),
        row.get(j.crashes),
        row.get(j.progress),
        Optional.ofNullable(row.get(j.progressMessage)),
        StoredErrors.error(row.get(j.errorReason), row.get(j.errorClass), row.get(j.errorMessage)),
        Optional.ofNullable(row.get(j.workerId)),
        Optional.ofNullable(row.get(j.startedAt)),
        Optional.ofNullable(row.get(j.finishedAt)),
        Optional.ofNullable(row.get(j.cancelRequestedAt)),
        Optional.ofNullable(row.get(j.startBefore)));
  }

  private static OptionalInt optionalInt(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static @Nullable String text(@Nullable JSON json) {
    return json == null ? null : json.data();
  }
}
