package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.condition;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.greatest;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.val;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Changes waiting jobs. A job whose pointer may already be published is published again; the
 * earlier pointer stays valid, and the first one to arrive is used. Jobs that do not wait, or
 * already have the new values, are left alone.
 */
public final class WaitingChanges {

  private WaitingChanges() {}

  /**
   * Returns the changes that make the relay publish a job again. The lease goes up, so that a
   * confirmation of the old pointer that arrives late does not count.
   *
   * @param isPublishedAgain the jobs that are published again; the others stay as they are
   * @param publishAt when
   */
  static Map<Field<?>, Field<?>> publishedAgain(
      JobTables.Live j, Condition isPublishedAgain, Field<Instant> publishAt) {
    Map<Field<?>, Field<?>> changes = new LinkedHashMap<>();
    changes.put(
        j.status,
        when(isPublishedAgain, inline(JobStatus.PENDING, Tables.STATUS)).otherwise(j.status));
    changes.put(j.lease, when(isPublishedAgain, j.lease.plus(1)).otherwise(j.lease));
    changes.put(j.publishAt, when(isPublishedAgain, publishAt).otherwise(j.publishAt));
    changes.put(j.messageId, when(isPublishedAgain.not(), j.messageId));
    return changes;
  }

  /**
   * Returns whether a job waits and has another priority or another number of attempts.
   *
   * @param maxAttempts empty if that does not matter
   */
  public static Condition differs(JobTables.Live j, JobPriority priority, OptionalInt maxAttempts) {
    return j.priority
        .ne(priority)
        .or(
            maxAttempts.isPresent()
                ? j.maxAttempts.ne(maxAttempts.getAsInt())
                : DSL.falseCondition())
        .and(LockedJobs.isIn(j.status, StatusChange.PUT_BACK.from()));
  }

  /**
   * Gives jobs this priority and this number of attempts, and returns how many were changed.
   *
   * @param maxAttempts empty if each keeps its own
   */
  public static int prioritise(
      DSLContext dsl,
      Tables tables,
      List<UUID> ids,
      JobPriority priority,
      OptionalInt maxAttempts) {
    JobTables.Live j = tables.live;
    JobTables.Data d = tables.data;
    Condition isPublishedAgain = j.priority.ne(priority).and(j.limitKey.isNull());
    Map<Field<?>, Field<?>> changes =
        publishedAgain(j, isPublishedAgain, greatest(j.runAt, currentInstant()));
    changes.put(j.priority, val(priority, j.priority));
    Map<Field<?>, Field<?>> dataChanges = new LinkedHashMap<>();
    dataChanges.put(d.priority, val(priority, d.priority));
    if (maxAttempts.isPresent()) {
      changes.put(j.maxAttempts, val(maxAttempts.getAsInt(), j.maxAttempts));
      dataChanges.put(d.maxAttempts, val(maxAttempts.getAsInt(), d.maxAttempts));
    }
    // Workers that poll the table look for parked jobs among those that wait for no pointer
    changes.put(
        j.parkedAt,
        when(isPublishedAgain, inline((Instant) null, j.parkedAt)).otherwise(j.parkedAt));
    return LockedJobs.updateWithData(
        dsl, tables, ids, differs(j, priority, maxAttempts), changes, dataChanges);
  }

  /** Makes jobs due at this time, and returns how many were changed. */
  public static int reschedule(DSLContext dsl, Tables tables, List<UUID> ids, Instant runAt) {
    JobTables.Live j = tables.live;
    Field<Instant> due = val(runAt, j.runAt);
    Map<Field<?>, Field<?>> changes =
        publishedAgain(j, condition(true), LineTimes.publishAt(tables, j, due, due));
    changes.put(j.runAt, LineTimes.runAt(tables, j, due));
    changes.put(j.startBefore, Intervals.latestStart(due, j.startWithinMillis, j.startBefore));
    changes.put(j.parkedAt, inline((Instant) null, j.parkedAt));
    // Tasks of workflows that wait for others are due when these have ended
    Condition isToChange =
        j.runAt
            .ne(due)
            .and(j.runAt.lt(Intervals.never()).or(LineTimes.isKept(tables, j)))
            .and(LockedJobs.isIn(j.status, StatusChange.MOVE.from()));
    return LockedJobs.update(dsl, j, ids, isToChange, changes).execute();
  }

  /**
   * Makes jobs wait until somebody makes them due, stops publishing them, and returns their number.
   * The lease goes up, so that a confirmation of a pointer that arrives late does not count.
   *
   * @param isToWait selects the jobs
   */
  public static int suspend(DSLContext dsl, Tables tables, List<UUID> ids, Condition isToWait) {
    JobTables.Live j = tables.live;
    return LockedJobs.update(
            dsl,
            j,
            ids,
            isToWait,
            Map.of(
                j.status, inline(JobStatus.PENDING, Tables.STATUS),
                j.runAt, LineTimes.runAt(tables, j, Intervals.never()),
                j.publishAt, Intervals.never(),
                j.startBefore, latestStartOfWaiting(j),
                j.lease, j.lease.plus(1)))
        .execute();
  }

  /** Returns how late a job may start that waits until somebody makes it due. */
  public static Field<Instant> latestStartOfWaiting(JobTables.Live j) {
    return when(j.startWithinMillis.isNull(), j.startBefore);
  }

  /** Gives jobs this routing key, and returns how many had another one. */
  public static int move(DSLContext dsl, Tables tables, List<UUID> ids, String routingKey) {
    JobTables.Live j = tables.live;
    Map<Field<?>, Field<?>> changes =
        publishedAgain(j, j.limitKey.isNull(), greatest(j.runAt, currentInstant()));
    changes.put(j.routingKey, val(routingKey, j.routingKey));
    // Workers that listen to the other queue may know the type
    changes.put(j.parkedAt, inline((Instant) null, j.parkedAt));
    Condition isToChange =
        j.routingKey.ne(routingKey).and(LockedJobs.isIn(j.status, StatusChange.PUT_BACK.from()));
    JobTables.Data d = tables.data;
    return LockedJobs.updateWithData(
        dsl, tables, ids, isToChange, changes, Map.of(d.routingKey, val(routingKey, d.routingKey)));
  }
}
