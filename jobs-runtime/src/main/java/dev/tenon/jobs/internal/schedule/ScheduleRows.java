package dev.tenon.jobs.internal.schedule;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.excluded;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.row;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.internal.schedule.ScheduleStore.NewSchedule;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.operate.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the rows of schedules, and reads from them what all readers need. */
final class ScheduleRows {

  private ScheduleRows() {}

  /** When the runs of the schedule in a row take place. */
  static Timing timing(Tables.Schedules s, Record row) {
    Long delayMillis = row.get(s.delayMillis);
    return delayMillis == null
        ? new Timing.Cron(row.get(s.cron), row.get(s.zone))
        : new Timing.FixedDelay(Duration.ofMillis(delayMillis));
  }

  /**
   * Writes a schedule, unless it is there already as it is to be. The pause stays, and so does the
   * next run if the timing is the same. A fixed delay in place of another one counts from where
   * that did.
   *
   * @param declared whether the application declares it; if not, and there is a declared one, that
   *     stays
   * @param by who has made or changed it; null if the application has
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
                .when(bothAreDelays, nextByOtherDelay)
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
        // What the application declares, nobody replaces at run time
        .where(same.not().and(inline(declared).isTrue().or(s.declared.isFalse())))
        .execute();
  }

  /** When the runs take place, and who says so. */
  private static Map<Field<?>, @Nullable Object> plan(
      Tables.Schedules s, NewSchedule schedule, boolean declared) {
    Timing.Cron cron = schedule.timing() instanceof Timing.Cron each ? each : null;
    Map<Field<?>, @Nullable Object> plan = new LinkedHashMap<>();
    plan.put(s.declared, declared);
    plan.put(s.cron, cron == null ? null : cron.expression());
    plan.put(s.zone, cron == null ? null : cron.zone());
    plan.put(
        s.delayMillis,
        schedule.timing() instanceof Timing.FixedDelay fixed ? fixed.delay().toMillis() : null);
    return plan;
  }

  /** What the runs are, and what happens if they overlap or are late. */
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
    content.put(s.limitKey, job.limitKey());
    content.put(s.overlap, schedule.overlap());
    content.put(s.catchUpMillis, schedule.catchUp().toMillis());
    content.put(s.jitterMillis, schedule.jitter().toMillis());
    return content;
  }

  private static Condition areUnchanged(Set<Field<?>> fields) {
    return row(fields.stream().map(ScheduleRows::comparable).toList())
        .isNotDistinctFrom(row(fields.stream().map(each -> comparable(excluded(each))).toList()));
  }

  /** JSON has no equality. */
  private static Field<?> comparable(Field<?> field) {
    return field.getDataType().isJSON() ? field.cast(SQLDataType.CLOB) : field;
  }

  private static Map<Field<?>, Field<?>> asInserted(Set<Field<?>> fields) {
    Map<Field<?>, Field<?>> inserted = new LinkedHashMap<>();
    fields.forEach(each -> inserted.put(each, excluded(each)));
    return inserted;
  }
}
