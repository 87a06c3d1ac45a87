package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.orderBy;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.rowNumber;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.sum;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.DataType;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Name;
import dev.tenon.jobs.libraries.jooq.Param;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.SortField;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Claims those of the waiting jobs that fit, in one statement. */
final class ClaimStatement {

  /** A claim refreshes the worker's heartbeat too, if the last one is that old. */
  private static final long REFRESH_HEARTBEAT_AFTER_MILLIS = 2000;

  /** How much earlier a job counts as due for each level of its priority. */
  static final Duration HEAD_START = Duration.ofMinutes(10);

  private static final Name WAITING = name("waiting");
  private static final Field<UUID> ID = waiting("id", SQLDataType.UUID);
  private static final Field<JobPriority> PRIORITY = waiting("priority", Tables.PRIORITY);
  private static final Field<Instant> RUN_AT = waiting("run_at", SQLDataType.INSTANT);
  private static final Field<Integer> BYTES = waiting("bytes", SQLDataType.INTEGER);
  private static final Field<Boolean> KNOWN = waiting("known", SQLDataType.BOOLEAN);
  private static final List<SortField<?>> ORDER = order(PRIORITY, RUN_AT, ID);

  private static final Duration MIN_SET_BACK = Duration.ofSeconds(5);
  private static final Duration MAX_SET_BACK = Duration.ofHours(1);
  private static final double SET_BACK_GROWTH = 3;

  static final Param<String> WORKER = DSL.param("worker_id", SQLDataType.CLOB);
  static final Param<Integer> LIMIT = DSL.param("max_jobs", SQLDataType.INTEGER);
  static final Param<Long> MAX_BYTES = DSL.param("max_bytes", SQLDataType.BIGINT);

  private final Tables tables;

  ClaimStatement(Tables tables) {
    this.tables = tables;
  }

  /**
   * The order in which waiting jobs are started: by when they became due, where each level of
   * priority counts as so much earlier. Whoever has waited for that much longer comes before a job
   * that is more urgent, so that none waits for ever.
   */
  static List<SortField<?>> order(
      Field<JobPriority> priority, Field<Instant> runAt, Field<UUID> id) {
    Field<Instant> countsAsDueAt =
        DSL.field(
            "({0} - {1} * interval '" + HEAD_START.toSeconds() + " seconds')",
            SQLDataType.INSTANT,
            runAt,
            priority);
    return List.of(countsAsDueAt.asc(), priority.desc(), runAt.asc(), id.asc());
  }

  private static <T> Field<T> waiting(String column, DataType<T> type) {
    return DSL.field(name(WAITING, name(column)), type);
  }

  /**
   * The jobs that wait and are locked. The columns are the id, the priority, when the job was due,
   * the bytes of its payload, and whether the worker knows its type and version.
   */
  static CommonTableExpression<?> waiting(Select<?> select) {
    return WAITING.as(select);
  }

  /** Claims jobs; the last of the expressions is {@link #waiting(Select)}. */
  HotStatement claim(List<CommonTableExpression<?>> expressions) {
    Tables.Jobs j = tables.jobs;
    CommonTableExpression<?> picked = picked();
    CommonTableExpression<?> claimed = claimed(picked);
    List<CommonTableExpression<?>> all = new ArrayList<>(expressions);
    all.addAll(List.of(refreshedHeartbeat(), picked, claimed, setBack()));
    return HotStatement.of(
        DSL.withRecursive(all)
            .select(
                ID,
                KNOWN,
                Fields.of(claimed, j.lease),
                Fields.of(claimed, j.type),
                Fields.of(claimed, j.version),
                Fields.of(claimed, j.attempts),
                Fields.of(claimed, j.maxAttempts),
                Fields.of(claimed, j.crashes),
                Fields.of(claimed, j.payload).cast(SQLDataType.CLOB).as("payload_text"),
                Fields.of(claimed, j.itemId),
                Fields.of(claimed, j.submittedBy),
                Fields.of(claimed, j.workflowId),
                Fields.of(claimed, j.traceContext),
                waitedMillis(Fields.of(claimed, j.startedAt), Fields.of(claimed, j.runAt)))
            .from(WAITING)
            .leftJoin(claimed)
            .on(Fields.of(claimed, j.id).eq(ID))
            .orderBy(ORDER));
  }

  /** How long a job had been due when it was started. */
  static Field<Long> waitedMillis(Field<Instant> startedAt, Field<Instant> runAt) {
    return DSL.field(
        "(extract(epoch FROM {0} - {1}) * 1000)::bigint", SQLDataType.BIGINT, startedAt, runAt);
  }

  /** Adds the job of a row to the claims. */
  static void read(ResultSet row, String workerId, boolean isLimited, Claims claims)
      throws SQLException {
    UUID id = row.getObject(1, UUID.class);
    long lease = row.getLong(3);
    if (!row.wasNull()) {
      claims
          .jobs()
          .add(
              new ClaimedJob(
                  new Lease(id, lease, workerId),
                  row.getString(4),
                  row.getInt(5),
                  row.getInt(6),
                  row.getInt(7),
                  row.getInt(8),
                  row.getString(9),
                  row.getString(10),
                  row.getString(11),
                  isLimited,
                  row.getObject(12, UUID.class),
                  row.getString(13),
                  Duration.ofMillis(Math.max(0, row.getLong(14)))));
    } else if (row.getBoolean(2)) {
      claims.left().add(id);
    } else {
      claims.setBack().add(id);
    }
  }

  /** Those that the worker knows and whose payloads fit, the first one in any case. */
  private CommonTableExpression<?> picked() {
    Field<Long> bytesSoFar = DSL.field(name("bytes_so_far"), SQLDataType.BIGINT);
    Field<Integer> position = DSL.field(name("position"), SQLDataType.INTEGER);
    var counted =
        select(
                ID,
                sum(BYTES).over(orderBy(ORDER)).as(bytesSoFar),
                rowNumber().over(orderBy(ORDER)).as(position))
            .from(WAITING)
            .where(KNOWN)
            .asTable("counted");
    return name("picked")
        .fields("id")
        .as(
            select(DSL.field(name("counted", "id"), SQLDataType.UUID))
                .from(counted)
                .where(position.le(LIMIT).and(position.eq(1).or(bytesSoFar.le(MAX_BYTES)))));
  }

  private CommonTableExpression<?> claimed(CommonTableExpression<?> picked) {
    Tables.Jobs j = tables.jobs;
    return name("claimed")
        .as(
            DSL.update(j)
                .set(j.status, JobStatus.RUNNING)
                .set(j.lease, j.lease.plus(1))
                .set(j.attempts, j.attempts.plus(1))
                .set(j.workerId, WORKER)
                .set(j.startedAt, currentInstant())
                .setNull(j.finishedAt)
                .setNull(j.setBackAt)
                .set(j.progress, (short) 0)
                .setNull(j.progressMessage)
                .set(j.uniqueKey, UniqueKeys.after(j, inline(JobStatus.RUNNING, Tables.STATUS)))
                .from(picked)
                .where(j.id.eq(DSL.field(name("picked", "id"), SQLDataType.UUID)))
                .returning(
                    j.id,
                    j.type,
                    j.version,
                    j.lease,
                    j.attempts,
                    j.maxAttempts,
                    j.crashes,
                    j.payload,
                    j.itemId,
                    j.submittedBy,
                    j.workflowId,
                    j.traceContext,
                    j.startedAt,
                    j.runAt));
  }

  /**
   * Sets back what the worker does not know. Java workers that know it find it in the table, so
   * that nobody publishes its pointer again; workers in other languages may need theirs, which is
   * published after a while, four times as late each time.
   */
  private CommonTableExpression<?> setBack() {
    Tables.Jobs j = tables.jobs;
    Field<Double> waitedSeconds =
        DSL.field(
            "extract(epoch FROM {0} - {1})",
            SQLDataType.DOUBLE, currentInstant(), DSL.coalesce(j.setBackAt, currentInstant()));
    Field<Double> pauseSeconds =
        DSL.least(
            DSL.greatest(
                waitedSeconds.times(SET_BACK_GROWTH), inline((double) MIN_SET_BACK.toSeconds())),
            inline((double) MAX_SET_BACK.toSeconds()));
    return name("passed_over")
        .as(
            DSL.update(j)
                .set(j.status, JobStatus.PENDING)
                // The pointer has done its work; if its confirmation comes late, it must not count
                .set(j.lease, j.lease.plus(1))
                .set(j.setBackAt, DSL.coalesce(j.setBackAt, currentInstant()))
                .set(
                    j.publishAt,
                    when(
                            j.externalPolicy.isNotNull(),
                            Intervals.after(
                                currentInstant(),
                                pauseSeconds.times(1000.0).cast(SQLDataType.BIGINT)))
                        .otherwise(Intervals.never()))
                .from(WAITING)
                .where(j.id.eq(ID).and(KNOWN.isFalse()))
                .returning(j.id));
  }

  /**
   * A worker that was silent for a while may claim before its next heartbeat. The heartbeat is
   * refreshed in the same statement, or its new jobs would be taken for those of a lost worker.
   */
  private CommonTableExpression<?> refreshedHeartbeat() {
    Tables.Workers w = tables.workers;
    return name("alive")
        .as(
            DSL.update(w)
                .set(w.heartbeatAt, currentInstant())
                .where(
                    w.id
                        .eq(WORKER)
                        .and(w.heartbeatAt.lt(Intervals.beforeNow(REFRESH_HEARTBEAT_AFTER_MILLIS))))
                .returning(w.id));
  }
}
