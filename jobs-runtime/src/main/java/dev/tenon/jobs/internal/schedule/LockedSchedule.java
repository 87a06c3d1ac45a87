package dev.tenon.jobs.internal.schedule;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;

import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.operate.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A schedule whose row is locked.
 *
 * @param name its name
 * @param job the template of its jobs; its id does not matter
 * @param timing the times of its runs
 * @param overlap the policy for runs that would overlap
 * @param catchUp the catch-up window: how late a missed run may be submitted
 * @param jitter the jitter: how much later than the expression says a job may be due
 * @param until the end of the schedule, which has no runs at that time or later; null if it does
 *     not end
 * @param nextRunAt the time of the next run; null if it is counted from the end of a run, or if the
 *     schedule has ended
 * @param awaitedJobId the job of that run; null if there is a next run
 * @param waitingRunAt the time of the run that waits for an earlier one to end; null if none does
 * @param now the time by the database's clock
 */
public record LockedSchedule(
    String name,
    NewJob job,
    Timing timing,
    OverlapPolicy overlap,
    Duration catchUp,
    Duration jitter,
    @Nullable Instant until,
    @Nullable Instant nextRunAt,
    @Nullable UUID awaitedJobId,
    @Nullable Instant waitingRunAt,
    Instant now) {

  /** Returns whether the schedule has no run at a time, because it ends by then. */
  boolean endsBy(Instant time) {
    return until != null && !time.isBefore(until);
  }

  /** Locks the rows of schedules, in the order of their names. */
  static List<LockedSchedule> lock(DSLContext dsl, Tables tables, Condition condition) {
    Tables.Schedules s = tables.schedules;
    Field<Instant> now = currentInstant().as("now");
    return dsl.select(s.fields())
        .select(now)
        .from(s)
        .where(condition)
        .orderBy(s.name)
        .forNoKeyUpdate()
        .fetch(
            row -> {
              JSON externalPolicy = row.get(s.externalPolicy);
              return new LockedSchedule(
                  row.get(s.name),
                  new NewJob(
                          new UUID(0, 0),
                          row.get(s.type),
                          row.get(s.version),
                          row.get(s.routingKey),
                          row.get(s.priority),
                          row.get(s.payload).data(),
                          row.get(s.itemId),
                          row.get(s.submittedBy),
                          row.get(s.maxAttempts),
                          Duration.ofSeconds(row.get(s.retentionSeconds)),
                          null,
                          null,
                          externalPolicy == null ? null : externalPolicy.data(),
                          Duration.ofSeconds(row.get(s.failedRetentionSeconds)),
                          row.get(s.limitKey),
                          null)
                      .withOwnPriority(row.get(s.hasOwnPriority))
                      .withHeaders(ScheduleRows.headers(s, row))
                      .withLatestStart(NewJob.LatestStart.of(row.get(s.startWithinMillis), null))
                      .orderedBy(row.get(s.orderKey))
                      .withBacklog(NewJob.Backlog.of(row.get(s.backlogKey)))
                      .withCost(row.get(s.cost)),
                  ScheduleRows.timing(s, row),
                  row.get(s.overlap),
                  Duration.ofMillis(row.get(s.catchUpMillis)),
                  Duration.ofMillis(row.get(s.jitterMillis)),
                  row.get(s.endsAt),
                  row.get(s.nextRunAt),
                  row.get(s.awaitedJobId),
                  row.get(s.waitingRunAt),
                  row.get(now));
            });
  }
}
