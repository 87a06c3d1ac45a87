package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.coalesce;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.greatest;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.notExists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.sql.HotStatements;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.sql.UnnestedRows.Column;
import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.DataType;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.ResultQuery;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.SelectJoinStep;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** New jobs as rows of a statement. Not thread-safe. */
final class NewRows {

  /**
   * The time that the submitter has to publish the pointer of a committed job before the relay
   * does. It is longer for the later jobs of a large submit.
   */
  private static final long MIN_MILLIS_TO_PUBLISH = 2_000;

  private static final long MAX_MILLIS_TO_PUBLISH = 10_000;

  private static final String MILLIS_TO_PUBLISH = "millis_to_publish";

  /** The assumed rate of publishing; a submitter publishes more jobs than that in a millisecond. */
  private static final int JOBS_PER_MILLISECOND = 1;

  private static final int MAX_ROWS_PER_STATEMENT = 1000;

  /**
   * The maximum size of a statement. PostgreSQL refuses statements of 1 GiB, and far smaller ones
   * already cost memory on both sides.
   */
  private static final long MAX_BYTES_PER_STATEMENT = 16L * 1024 * 1024;

  private static final Column<NewJob, UUID> ID =
      new Column<>("id", SQLDataType.UUID, NewJob::id, false);
  private static final Column<NewJob, String> TYPE =
      oneOrMany("type", SQLDataType.CLOB, NewJob::type);
  private static final Column<NewJob, Integer> VERSION =
      oneOrMany("version", SQLDataType.INTEGER, NewJob::version);
  private static final Column<NewJob, JobPriority> PRIORITY =
      oneOrMany("priority", Tables.PRIORITY, NewJob::priority);
  private static final Column<NewJob, Boolean> HAS_OWN_PRIORITY =
      oneOrMany("has_own_priority", SQLDataType.BOOLEAN, NewJob::hasOwnPriority);
  private static final Column<NewJob, String> PAYLOAD =
      new Column<>("payload", SQLDataType.CLOB, NewJob::payload, false);
  private static final Column<NewJob, Integer> PAYLOAD_BYTES =
      new Column<>(
          "payload_bytes", SQLDataType.INTEGER, job -> StoredText.utf8Length(job.payload()), false);
  private static final Column<NewJob, Integer> MAX_ATTEMPTS =
      oneOrMany("max_attempts", SQLDataType.INTEGER, NewJob::maxAttempts);
  private static final Column<NewJob, Long> DELAY_MILLIS =
      oneOrMany(
          "delay_millis",
          SQLDataType.BIGINT,
          job -> job.delay() == null ? null : job.delay().toMillis());
  private static final Column<NewJob, Instant> RUN_AT =
      oneOrMany("run_at", SQLDataType.INSTANT, NewJob::runAt);
  private static final Column<NewJob, String> EXTERNAL_POLICY =
      oneOrMany("external_policy", SQLDataType.CLOB, NewJob::externalPolicy);
  private static final Column<NewJob, String> LIMIT_KEY =
      oneOrMany("limit_key", SQLDataType.CLOB, NewJob::limitKey);
  private static final Column<NewJob, String> HEADERS =
      oneOrMany("headers", SQLDataType.CLOB, job -> StoredHeaders.write(job.headers()));
  private static final Column<NewJob, Boolean> WAITS =
      oneOrMany("waits", SQLDataType.BOOLEAN, NewJob::waitsForOthers);

  private static final Column<NewJob, Instant> START_BEFORE =
      oneOrMany("start_before", SQLDataType.INSTANT, NewJob::startBefore);

  /** The columns that {@link #values} reads in addition to {@link NewJob#AS_GIVEN}. */
  private static final List<Column<NewJob, ?>> COLUMNS =
      List.of(
          ID,
          TYPE,
          VERSION,
          PRIORITY,
          HAS_OWN_PRIORITY,
          PAYLOAD,
          PAYLOAD_BYTES,
          MAX_ATTEMPTS,
          DELAY_MILLIS,
          RUN_AT,
          EXTERNAL_POLICY,
          LIMIT_KEY,
          HEADERS,
          WAITS,
          START_BEFORE);

  final UnnestedRows<NewJob> rows;
  private final int count;

  NewRows(List<NewJob> jobs) {
    this.rows = new UnnestedRows<>("n", jobs);
    this.count = jobs.size();
  }

  private static <V> Column<NewJob, V> oneOrMany(
      String name, DataType<V> type, Function<NewJob, @Nullable V> value) {
    return new Column<>(name, type, value, true);
  }

  /** Returns the end of the statement that begins with a job; it always includes that job. */
  static int endOfChunk(List<NewJob> jobs, int from) {
    long bytes = 0;
    int end = from;
    while (end < jobs.size() && end - from < MAX_ROWS_PER_STATEMENT) {
      bytes += StoredText.utf8Length(jobs.get(end).payload());
      if (end > from && bytes > MAX_BYTES_PER_STATEMENT) {
        break;
      }
      end++;
    }
    return end;
  }

  Table<Record> table() {
    return rows.table();
  }

  Field<UUID> id() {
    return rows.column(ID);
  }

  Field<Integer> version() {
    return rows.column(VERSION);
  }

  Field<JobPriority> priority() {
    return rows.column(PRIORITY);
  }

  Field<Boolean> hasOwnPriority() {
    return rows.column(HAS_OWN_PRIORITY);
  }

  Field<JSON> payload() {
    return rows.column(PAYLOAD).cast(JSON.class);
  }

  Field<Integer> payloadBytes() {
    return rows.column(PAYLOAD_BYTES);
  }

  Field<String> limitKey() {
    return rows.column(LIMIT_KEY);
  }

  Field<Long> delay() {
    return rows.column(DELAY_MILLIS);
  }

  Field<Instant> runAt() {
    return rows.column(RUN_AT);
  }

  Field<String> uniqueKey() {
    return rows.column("unique_key", SQLDataType.CLOB, job -> job.requireUnique().key());
  }

  static Field<Instant> due(Field<Long> delay, Field<Instant> runAt) {
    Field<Instant> now = currentInstant();
    return greatest(now, coalesce(runAt, Intervals.after(now, delay), now));
  }

  /**
   * A job as it was recorded.
   *
   * @param priority its priority
   * @param isPublished whether a pointer to it is published
   */
  record Inserted(JobPriority priority, boolean isPublished) {}

  /**
   * Records the jobs.
   *
   * @return the jobs that were recorded with other values than given, because of what operators
   *     have set for their types
   */
  static Map<UUID, Inserted> insert(
      DSLContext dsl,
      Tables tables,
      HotStatements statements,
      List<NewJob> jobs,
      int firstPosition) {
    NewRows n = new NewRows(jobs);
    COLUMNS.forEach(n.rows::read);
    NewJob.AS_GIVEN.forEach(n.rows::read);
    Map<String, @Nullable Object> parameters = n.rows.parameters();
    parameters.putAll(TypeSettings.parameters(jobs));
    parameters.put(MILLIS_TO_PUBLISH, n.millisToPublish(firstPosition));
    Map<UUID, Inserted> otherwise = new HashMap<>();
    statements
        .get(shape(n, jobs), parameters.keySet(), () -> insertion(tables, jobs, firstPosition))
        .run(
            dsl,
            parameters,
            row ->
                otherwise.put(
                    row.getObject(1, UUID.class),
                    new Inserted(JobPriority.ofLevel(row.getShort(2)), row.getBoolean(3))));
    return otherwise;
  }

  /** Returns what the SQL of the statement depends on. */
  private static String shape(NewRows n, List<NewJob> jobs) {
    return n.rows.shape()
        + (NewHeaders.areIn(jobs) ? "with headers " : "")
        + (areOrdered(jobs) ? "in lines" : "");
  }

  /** Returns the statement for jobs of this shape. */
  private static ResultQuery<?> insertion(Tables tables, List<NewJob> jobs, int firstPosition) {
    JobTables.Live j = tables.live;
    NewRows n = new NewRows(jobs);
    TypeSettings set = new TypeSettings(tables.jobTypes, jobs);
    Map<Field<?>, Field<?>> values = n.values(tables, set, firstPosition);
    var made = made(n.select(values));
    var inserted =
        name("inserted")
            .as(
                DSL.insertInto(j)
                    .columns(columns(j, values))
                    .select(liveRows(tables, jobs, values, made))
                    .returning(j.id, j.type, j.priority, j.limitKey));
    return DSL.with(set.table())
        .with(made)
        .with(data(tables, values, made, DSL.noCondition()))
        .with(NewHeaders.inserted(tables, jobs, made, DSL.noCondition()))
        .with(inserted)
        .select(
            SubqueryFields.of(inserted, j.id),
            SubqueryFields.of(inserted, j.priority),
            DSL.field(SubqueryFields.of(inserted, j.limitKey).isNull()))
        .from(inserted)
        .join(set.table())
        .on(set.type().eq(SubqueryFields.of(inserted, j.type)))
        .where(set.changesJobs());
  }

  /**
   * Records jobs of a schedule, whose row is locked, except those that already exist. The existing
   * ones may have ended by now, and the schedule may have had another type when they were
   * submitted.
   *
   * @return the jobs that were recorded, with what operators have set for their types
   */
  static List<NewJob> insertScheduled(
      DSLContext dsl, Tables tables, String schedule, List<NewJob> jobs, int firstPosition) {
    JobTables.Live j = tables.live;
    JobTables.Ended e = tables.ended;
    NewRows n = new NewRows(jobs);
    TypeSettings set = new TypeSettings(tables.jobTypes, jobs);
    Map<Field<?>, Field<?>> values = n.values(tables, set, firstPosition);
    values.put(j.schedule, DSL.val(schedule));
    var made =
        made(
            n.select(values)
                .where(
                    notExists(selectOne().from(j).where(j.id.eq(n.id())))
                        .and(notExists(selectOne().from(e).where(e.id.eq(n.id()))))));
    Map<UUID, NewJob> byId = new HashMap<>();
    jobs.forEach(job -> byId.put(job.id(), job));
    return dsl.with(set.table())
        .with(made)
        .with(data(tables, values, made, DSL.noCondition()))
        .with(NewHeaders.inserted(tables, jobs, made, DSL.noCondition()))
        .insertInto(j)
        .columns(columns(j, values))
        .select(liveRows(tables, jobs, values, made))
        .returningResult(j.id, j.priority, j.limitKey)
        .fetch(
            row ->
                Objects.requireNonNull(byId.get(row.value1()))
                    .recordedAs(row.value2(), row.value3()));
  }

  /**
   * Records the jobs whose unique keys no other job has, in their order. It waits for transactions
   * that have recorded such a job and not yet ended.
   *
   * @return the keys of the jobs that were recorded
   */
  static Map<String, Inserted> insertUnique(
      DSLContext dsl, Tables tables, List<NewJob> jobs, int firstPosition) {
    JobTables.Live j = tables.live;
    JobTables.UniqueKeys u = tables.uniqueKeys;
    NewRows n = new NewRows(jobs);
    TypeSettings set = new TypeSettings(tables.jobTypes, jobs);
    Map<Field<?>, Field<?>> values = n.values(tables, set, firstPosition);
    values.put(j.uniqueKey, n.uniqueKey());
    values.put(
        j.uniqueScope,
        n.rows.columnOrValue(
            "unique_scope", Tables.UNIQUE_SCOPE, job -> job.requireUnique().scope()));
    values.put(
        j.uniqueUntil,
        Intervals.after(
            currentInstant(),
            n.rows.columnOrValue(
                "unique_millis",
                SQLDataType.BIGINT,
                job -> {
                  var period = job.requireUnique().period();
                  return period == null ? null : period.toMillis();
                })));
    var made = made(n.select(values));
    var keys =
        name("keys")
            .as(
                DSL.insertInto(u)
                    .columns(u.uniqueKey, u.jobId, u.uniqueUntil)
                    .select(
                        DSL.select(
                                SubqueryFields.of(made, j.uniqueKey),
                                SubqueryFields.of(made, j.id),
                                SubqueryFields.of(made, j.uniqueUntil))
                            .from(made))
                    .onConflict(u.uniqueKey)
                    .doNothing()
                    .returning(u.jobId));
    Condition hasKey =
        SubqueryFields.of(made, j.id).in(DSL.select(SubqueryFields.of(keys, u.jobId)).from(keys));
    return dsl.with(set.table())
        .with(made)
        .with(keys)
        .with(data(tables, values, made, hasKey))
        .with(NewHeaders.inserted(tables, jobs, made, hasKey))
        .insertInto(j)
        .columns(columns(j, values))
        .select(liveRows(tables, jobs, values, made).where(hasKey))
        .returningResult(j.uniqueKey, j.priority, DSL.field(j.limitKey.isNull()))
        .fetchMap(j.uniqueKey, row -> new Inserted(row.value2(), row.value3()));
  }

  /** A row for each job, so that what two tables have is computed once. */
  private static CommonTableExpression<?> made(Select<?> rows) {
    return name("made").asMaterialized(rows);
  }

  /** Returns the part of the statement that writes what was submitted. */
  private static CommonTableExpression<?> data(
      Tables tables, Map<Field<?>, Field<?>> values, Table<?> made, Condition condition) {
    JobTables.Data d = tables.data;
    return name("data")
        .as(
            DSL.insertInto(d)
                .columns(columns(d, values))
                .select(rows(d, values, made).where(condition))
                .returning(d.id));
  }

  /** Returns the columns that are computed for a table. */
  private static SelectJoinStep<?> rows(
      Table<?> table, Map<Field<?>, Field<?>> values, Table<?> made) {
    return DSL.select(
            columns(table, values).stream().map(column -> SubqueryFields.of(made, column)).toList())
        .from(made);
  }

  /** Returns the columns of {@code live_jobs}. Jobs with an order enter their lines with this. */
  private static SelectJoinStep<?> liveRows(
      Tables tables, List<NewJob> jobs, Map<Field<?>, Field<?>> values, Table<?> made) {
    JobTables.Live j = tables.live;
    if (!areOrdered(jobs)) {
      return rows(j, values, made);
    }
    Field<String> orderKey = SubqueryFields.of(made, j.orderKey);
    List<Field<?>> fields = new ArrayList<>();
    for (Field<?> column : columns(j, values)) {
      if (column.equals(j.runAt)) {
        fields.add(
            LineTimes.entering(
                tables,
                SubqueryFields.of(made, j.id),
                SubqueryFields.of(made, j.type),
                orderKey,
                SubqueryFields.of(made, j.runAt)));
      } else if (column.equals(j.publishAt)) {
        fields.add(
            DSL.when(orderKey.isNull(), SubqueryFields.of(made, j.publishAt))
                .otherwise(Intervals.never()));
      } else {
        fields.add(SubqueryFields.of(made, column));
      }
    }
    return DSL.select(fields).from(made);
  }

  private static boolean areOrdered(List<NewJob> jobs) {
    return jobs.stream().anyMatch(job -> job.orderKey() != null);
  }

  /** Returns those of the columns that a table has. */
  private static List<Field<?>> columns(Table<?> table, Map<Field<?>, Field<?>> values) {
    List<Field<?>> columns = new ArrayList<>();
    for (Field<?> column : values.keySet()) {
      Field<?> own = table.field(column.getName());
      if (own != null) {
        columns.add(own);
      }
    }
    return columns;
  }

  private SelectJoinStep<?> select(Map<Field<?>, Field<?>> values) {
    List<Field<?>> named = new ArrayList<>();
    values.forEach((column, value) -> named.add(value.as(column)));
    return DSL.select(named).from(table());
  }

  /** Returns the values of each job for the columns of both tables, except for its unique key. */
  private Map<Field<?>, Field<?>> values(Tables tables, TypeSettings set, int firstPosition) {
    JobTables.Data d = tables.data;
    JobTables.Live j = tables.live;
    var id = id();
    var type = rows.column(TYPE);
    var version = version();
    var priority = priority();
    var hasOwnPriority = hasOwnPriority();
    var payload = payload();
    var payloadBytes = payloadBytes();
    var maxAttempts = rows.column(MAX_ATTEMPTS);
    var delay = delay();
    var runAt = runAt();
    var externalPolicy = rows.column(EXTERNAL_POLICY);
    var limitKey = limitKey();
    var waits = rows.column(WAITS);
    Field<Instant> due = DSL.when(waits, Intervals.never()).otherwise(due(delay, runAt));
    Field<Instant> publishAt =
        DSL.when(
                waits.isFalse().and(delay.isNull()).and(runAt.isNull()),
                Intervals.after(
                    currentInstant(),
                    DSL.param(MILLIS_TO_PUBLISH, millisToPublish(firstPosition))
                        .cast(SQLDataType.BIGINT)))
            .otherwise(due);
    Map<Field<?>, Field<?>> values = new LinkedHashMap<>();
    values.put(d.id, id);
    values.put(d.type, type);
    values.put(d.version, version);
    values.put(d.priority, set.priority(type, hasOwnPriority, priority));
    values.put(d.payload, payload);
    values.put(j.payloadBytes, payloadBytes);
    values.put(d.maxAttempts, set.maxAttempts(type, maxAttempts));
    values.put(j.runAt, due);
    values.put(j.publishAt, publishAt);
    values.put(d.externalPolicy, externalPolicy.cast(JSON.class));
    values.put(j.isExternal, DSL.field(externalPolicy.isNotNull()));
    values.put(d.limitKey, set.limitKey(type, limitKey));
    values.put(d.headers, rows.column(HEADERS).cast(JSONB.class));
    for (Column<NewJob, ?> given : NewJob.AS_GIVEN) {
      values.put(Objects.requireNonNull(d.field(given.name())), rows.column(given));
    }
    Field<Long> within = Objects.requireNonNull(values.get(d.startWithinMillis)).coerce(Long.class);
    values.put(j.startBefore, Intervals.latestStart(due, within, rows.column(START_BEFORE)));
    return values;
  }

  private long millisToPublish(int firstPosition) {
    return Math.min(
        MIN_MILLIS_TO_PUBLISH + (firstPosition + count) / JOBS_PER_MILLISECOND,
        MAX_MILLIS_TO_PUBLISH);
  }
}
