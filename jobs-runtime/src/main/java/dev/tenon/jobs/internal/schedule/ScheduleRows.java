package dev.tenon.jobs.internal.schedule;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.excluded;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.row;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobSchedule;
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
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes the rows of schedules, and reads from them what all readers need. */
final class ScheduleRows {

  private ScheduleRows() {}

  /** When the runs of the schedule in a row take place. */
  static JobSchedule.Timing timing(Tables.Schedules s, Record row) {
    Long delayMillis = row.get(s.delayMillis);
    return delayMillis == null
        ? new JobSchedule.Cron(row.get(s.cron), row.get(s.zone))
        : new JobSchedule.FixedDelay(Duration.ofMillis(delayMillis));
  }

  private static JobSchedule.@Nullable Cron cron(NewSchedule schedule) {
    return schedule.timing() instanceof JobSchedule.Cron cron ? cron : null;
  }

  private static @Nullable Long delayMillis(NewSchedule schedule) {
    return schedule.timing() instanceof JobSchedule.FixedDelay fixed
        ? fixed.delay().toMillis()
        : null;
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
    NewJob job = schedule.job();
    Condition samePlan =
        row(s.cron, s.zone, s.delayMillis, s.declared)
            .isNotDistinctFrom(
                row(
                    excluded(s.cron),
                    excluded(s.zone),
                    excluded(s.delayMillis),
                    excluded(s.declared)));
    Condition bothAreDelays = s.delayMillis.isNotNull().and(excluded(s.delayMillis).isNotNull());
    // The first run is due immediately, whatever the delay
    Field<Instant> nextByOtherDelay =
        when(s.lastJobId.isNull(), s.nextRunAt)
            .otherwise(Intervals.after(s.nextRunAt, excluded(s.delayMillis).minus(s.delayMillis)));
    JobSchedule.Cron cron = cron(schedule);
    Condition same =
        samePlan
            .and(s.withdrawnAt.isNull())
            .and(
                row(
                        s.type,
                        s.version,
                        s.routingKey,
                        s.priority,
                        s.hasOwnPriority,
                        s.payload.cast(SQLDataType.CLOB),
                        s.itemId,
                        s.submittedBy,
                        s.maxAttempts)
                    .isNotDistinctFrom(
                        row(
                            excluded(s.type),
                            excluded(s.version),
                            excluded(s.routingKey),
                            excluded(s.priority),
                            excluded(s.hasOwnPriority),
                            excluded(s.payload).cast(SQLDataType.CLOB),
                            excluded(s.itemId),
                            excluded(s.submittedBy),
                            excluded(s.maxAttempts))))
            .and(
                row(
                        s.retentionSeconds,
                        s.failedRetentionSeconds,
                        s.externalPolicy.cast(SQLDataType.CLOB),
                        s.limitKey,
                        s.overlap,
                        s.catchUpMillis,
                        s.jitterMillis)
                    .isNotDistinctFrom(
                        row(
                            excluded(s.retentionSeconds),
                            excluded(s.failedRetentionSeconds),
                            excluded(s.externalPolicy).cast(SQLDataType.CLOB),
                            excluded(s.limitKey),
                            excluded(s.overlap),
                            excluded(s.catchUpMillis),
                            excluded(s.jitterMillis))));
    dsl.insertInto(s)
        .set(s.name, schedule.name())
        .set(s.declared, declared)
        .set(s.type, job.type())
        .set(s.version, job.version())
        .set(s.routingKey, job.routingKey())
        .set(s.priority, job.priority())
        .set(s.hasOwnPriority, job.hasOwnPriority())
        .set(s.payload, JSON.json(job.payload()))
        .set(s.itemId, job.itemId())
        .set(s.submittedBy, job.submittedBy())
        .set(s.maxAttempts, job.maxAttempts())
        .set(s.retentionSeconds, job.retention().toSeconds())
        .set(s.failedRetentionSeconds, job.failedRetention().toSeconds())
        .set(s.externalPolicy, JSON.jsonOrNull(job.externalPolicy()))
        .set(s.limitKey, job.limitKey())
        .set(s.cron, cron == null ? null : cron.expression())
        .set(s.zone, cron == null ? null : cron.zone())
        .set(s.delayMillis, delayMillis(schedule))
        .set(s.overlap, schedule.overlap())
        .set(s.catchUpMillis, schedule.catchUp().toMillis())
        .set(s.jitterMillis, schedule.jitter().toMillis())
        .set(s.nextRunAt, schedule.nextRunAt())
        .set(s.createdBy, by)
        .set(s.changedBy, by)
        .onConflict(s.name)
        .doUpdate()
        .set(s.declared, declared)
        .set(s.type, excluded(s.type))
        .set(s.version, excluded(s.version))
        .set(s.routingKey, excluded(s.routingKey))
        .set(s.priority, excluded(s.priority))
        .set(s.hasOwnPriority, excluded(s.hasOwnPriority))
        .set(s.payload, excluded(s.payload))
        .set(s.itemId, excluded(s.itemId))
        .set(s.submittedBy, excluded(s.submittedBy))
        .set(s.maxAttempts, excluded(s.maxAttempts))
        .set(s.retentionSeconds, excluded(s.retentionSeconds))
        .set(s.failedRetentionSeconds, excluded(s.failedRetentionSeconds))
        .set(s.externalPolicy, excluded(s.externalPolicy))
        .set(s.limitKey, excluded(s.limitKey))
        .set(s.cron, excluded(s.cron))
        .set(s.zone, excluded(s.zone))
        .set(s.delayMillis, excluded(s.delayMillis))
        .set(s.overlap, excluded(s.overlap))
        .set(s.catchUpMillis, excluded(s.catchUpMillis))
        .set(s.jitterMillis, excluded(s.jitterMillis))
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
}
