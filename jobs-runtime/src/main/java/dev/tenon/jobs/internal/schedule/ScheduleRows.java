package dev.tenon.jobs.internal.schedule;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.excluded;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.row;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.internal.schedule.ScheduleStore.NewSchedule;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.operate.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the rows of schedules, and reads the columns that all readers need. */
final class ScheduleRows {

  private ScheduleRows() {}

  /** The timing of the schedule in a row. */
  static Timing timing(Tables.Schedules s, Record row) {
    Long delayMillis = row.get(s.delayMillis);
    return delayMillis == null
        ? new Timing.Cron(row.get(s.cron), row.get(s.zone))
        : new Timing.FixedDelay(Duration.ofMillis(delayMillis));
  }

  /**
   * Writes a schedule, unless it is already stored like this. The pause stays, and so does the next
   * run if the timing is the same and does not end before it. A fixed delay that replaces another
   * one counts from the same time.
   *
   * @param declared true if the application declares it; if not, and there is a declared one, that
   *     stays
   * @param by the name of the actor; null if the application has changed it
   */
  static void write(
      DSLContext dsl,
      Tables.Schedules s,
      NewSchedule schedule,
      boolean declared,
      @Nullable String by) {
    Map<Field<?>, @Nullable Object> plan = plan(s, schedule, declared);
    Map<Field<?>, @Nullable Object> content = content(s, schedule);
    Condition samePlan = areUnchanged(plan.keySet());
    Condition same = samePlan.and(areUnchanged(content.keySet())).and(s.withdrawnAt.isNull());
    Condition sameTimes = areUnchanged(times(s, schedule).keySet());
    Condition bothAreDelays = s.delayMillis.isNotNull().and(excluded(s.delayMillis).isNotNull());
    // The first run is due immediately, whatever the delay
    Field<Instant> nextByOtherDelay =
        when(s.lastJobId.isNull(), s.nextRunAt)
            .otherwise(Intervals.after(s.nextRunAt, excluded(s.delayMillis).minus(s.delayMillis)));
    dsl.insertInto(s)
        .set(s.name, schedule.name())
        .set(plan)
        .set(content)
        .set(s.nextRunAt, schedule.nextRunAt())
        .set(s.createdBy, by)
        .set(s.changedBy, by)
        .onConflict(s.name)
        .doUpdate()
        .set(asInserted(plan.keySet()))
        .set(asInserted(content.keySet()))
        .set(
            s.nextRunAt,
            when(samePlan, s.nextRunAt)
                .when(
                    bothAreDelays.and(s.awaitedJobId.isNotNull().or(s.nextRunAt.isNotNull())),
                    beforeEnd(nextByOtherDelay, excluded(s.endsAt)))
                .when(
                    sameTimes.and(beforeEnd(s.nextRunAt, excluded(s.endsAt)).isNotNull()),
                    s.nextRunAt)
                .otherwise(excluded(s.nextRunAt)))
        .set(s.awaitedJobId, when(bothAreDelays, s.awaitedJobId))
        .set(
            s.waitingRunAt,
            when(
                excluded(s.overlap).eq(inline(OverlapPolicy.QUEUE_ONE, Tables.OVERLAP)),
                s.waitingRunAt))
        .setNull(s.error)
        .setNull(s.withdrawnAt)
        .set(s.changedAt, currentInstant())
        .set(s.changedBy, by)
        // A schedule that the application declares cannot be replaced at run time
        .where(same.not().and(inline(declared).isTrue().or(s.declared.isFalse())))
        .execute();
  }

  /** A time, or null if a schedule with this end has no run then. */
  static Field<Instant> beforeEnd(Field<Instant> time, Field<Instant> end) {
    return when(end.isNull().or(time.lt(end)), time);
  }

  /** The values for the timing of the runs, its end, and its origin. */
  private static Map<Field<?>, @Nullable Object> plan(
      Tables.Schedules s, NewSchedule schedule, boolean declared) {
    Map<Field<?>, @Nullable Object> plan = new LinkedHashMap<>(times(s, schedule));
    plan.put(s.declared, declared);
    plan.put(s.endsAt, schedule.until());
    return plan;
  }

  private static Map<Field<?>, @Nullable Object> times(Tables.Schedules s, NewSchedule schedule) {
    Timing.Cron cron = schedule.timing() instanceof Timing.Cron each ? each : null;
    Map<Field<?>, @Nullable Object> times = new LinkedHashMap<>();
    times.put(s.cron, cron == null ? null : cron.expression());
    times.put(s.zone, cron == null ? null : cron.zone());
    times.put(
        s.delayMillis,
        schedule.timing() instanceof Timing.FixedDelay fixed ? fixed.delay().toMillis() : null);
    return times;
  }

  /** The values for the jobs of the runs, and for runs that overlap or are late. */
  private static Map<Field<?>, @Nullable Object> content(Tables.Schedules s, NewSchedule schedule) {
    NewJob job = schedule.job();
    Map<Field<?>, @Nullable Object> content = new LinkedHashMap<>();
    content.put(s.type, job.type());
    content.put(s.version, job.version());
    content.put(s.routingKey, job.routingKey());
    content.put(s.priority, job.priority());
    content.put(s.hasOwnPriority, job.hasOwnPriority());
    content.put(s.payload, JSON.json(job.payload()));
    content.put(s.itemId, job.itemId());
    content.put(s.submittedBy, job.submittedBy());
    content.put(s.maxAttempts, job.maxAttempts());
    content.put(s.retentionSeconds, job.retention().toSeconds());
    content.put(s.failedRetentionSeconds, job.failedRetention().toSeconds());
    content.put(s.externalPolicy, JSON.jsonOrNull(job.externalPolicy()));
    content.put(s.headers, JSONB.jsonbOrNull(StoredHeaders.write(job.headers())));
    content.put(s.limitKey, job.limitKey());
    content.put(s.backlogKey, job.backlogKey());
    content.put(s.cost, job.cost());
    content.put(s.startWithinMillis, job.startWithinMillis());
    content.put(s.orderKey, job.orderKey());
    content.put(s.overlap, schedule.overlap());
    content.put(s.catchUpMillis, schedule.catchUp().toMillis());
    content.put(s.jitterMillis, schedule.jitter().toMillis());
    return content;
  }

  private static Condition areUnchanged(Set<Field<?>> fields) {
    return row(fields.stream().map(ScheduleRows::comparable).toList())
        .isNotDistinctFrom(row(fields.stream().map(each -> comparable(excluded(each))).toList()));
  }

  /** The headers of its jobs. */
  static Headers headers(Tables.Schedules s, Record row) {
    JSONB headers = row.get(s.headers);
    return StoredHeaders.read(headers == null ? null : headers.data());
  }

  /** A form of the field that can be compared: JSON has no equality. */
  private static Field<?> comparable(Field<?> field) {
    return field.getDataType().isJSON() ? field.cast(SQLDataType.CLOB) : field;
  }

  private static Map<Field<?>, Field<?>> asInserted(Set<Field<?>> fields) {
    Map<Field<?>, Field<?>> inserted = new LinkedHashMap<>();
    fields.forEach(each -> inserted.put(each, excluded(each)));
    return inserted;
  }
}
