package dev.tenon.jobs.internal.schedule;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.coalesce;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.val;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Pause;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.internal.schedule.StoredSchedule.StoredChange;
import dev.tenon.jobs.internal.schedule.StoredSchedule.StoredRun;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores the schedules that submit jobs automatically, one row each. Every change locks the row
 * first, so a due run is submitted either as before the change or as after it. Thread-safe.
 */
public final class ScheduleStore {

  private final Database database;
  private final ScheduleDeclarations declarations;

  /** The store of this database. */
  public ScheduleStore(Database database) {
    this.database = database;
    this.declarations = new ScheduleDeclarations(database);
  }

  /**
   * A schedule to store.
   *
   * @param name its name
   * @param job the template of its jobs; its id and time do not matter
   * @param timing the times of its runs
   * @param overlap the policy for runs that would overlap
   * @param catchUp the catch-up window: how late a missed run may be submitted
   * @param jitter the jitter: how much later than the expression says a job may be due
   * @param until the end of the schedule; null if it does not end
   * @param nextRunAt the first run, if the timing is new; null if the schedule ends before it
   */
  public record NewSchedule(
      String name,
      NewJob job,
      Timing timing,
      OverlapPolicy overlap,
      Duration catchUp,
      Duration jitter,
      @Nullable Instant until,
      @Nullable Instant nextRunAt) {

    /** The schedule with this template for its jobs. */
    public NewSchedule withJob(NewJob other) {
      return new NewSchedule(name, other, timing, overlap, catchUp, jitter, until, nextRunAt);
    }
  }

  /** The time by the database's clock. */
  public Instant now() {
    return Objects.requireNonNull(database.dsl().fetchValue(select(currentInstant())));
  }

  /** All schedules, by name. */
  public List<JobSchedule> list() {
    Tables.Schedules s = database.tables().schedules;
    return database
        .dsl()
        .select(s.fields())
        .from(s)
        .where(s.withdrawnAt.isNull())
        .orderBy(s.name)
        .fetch(each -> schedule(s, each));
  }

  /** A schedule. */
  public Optional<JobSchedule> find(String name) {
    return find(database.dsl(), name);
  }

  private Optional<JobSchedule> find(DSLContext dsl, String name) {
    Tables.Schedules s = database.tables().schedules;
    return dsl.select(s.fields())
        .from(s)
        .where(isThere(s, name))
        .fetchOptional(each -> schedule(s, each));
  }

  /** A condition that the row is a schedule, and not just the pause of one that was declared. */
  static Condition isThere(Tables.Schedules s, String name) {
    return s.name.eq(name).and(s.withdrawnAt.isNull());
  }

  private static ScheduleOptions options(Tables.Schedules s, Record row) {
    ScheduleOptions options =
        ScheduleOptions.defaults()
            .withOverlap(row.get(s.overlap))
            .withCatchUp(Duration.ofMillis(row.get(s.catchUpMillis)))
            .withJitter(Duration.ofMillis(row.get(s.jitterMillis)))
            .withHeaders(ScheduleRows.headers(s, row));
    if (row.get(s.hasOwnPriority)) {
      options = options.withPriority(row.get(s.priority));
    }
    Instant until = row.get(s.endsAt);
    if (until != null) {
      options = options.withUntil(until);
    }
    String itemId = row.get(s.itemId);
    return itemId == null ? options : options.withItemId(itemId);
  }

  private static JobSchedule schedule(Tables.Schedules s, Record row) {
    Instant pausedAt = row.get(s.pausedAt);
    return new StoredSchedule(
        row.get(s.name),
        row.get(s.type),
        row.get(s.declared),
        ScheduleRows.timing(s, row),
        options(s, row),
        pausedAt == null ? Optional.ofNullable(row.get(s.nextRunAt)) : Optional.empty(),
        row.get(s.nextRunAt) == null
            && row.get(s.awaitedJobId) == null
            && row.get(s.waitingRunAt) == null,
        Optional.ofNullable(row.get(s.waitingRunAt)),
        Optional.ofNullable(row.get(s.lastRunAt))
            .map(at -> new StoredRun(at, row.get(s.lastJobId))),
        Optional.ofNullable(row.get(s.leftOutAt)),
        Optional.ofNullable(row.get(s.error)),
        Optional.ofNullable(pausedAt)
            .map(since -> new Pause(since, row.get(s.pausedBy), row.get(s.pauseReason))),
        new StoredChange(row.get(s.createdAt), Optional.ofNullable(row.get(s.createdBy))),
        new StoredChange(row.get(s.changedAt), Optional.ofNullable(row.get(s.changedBy))));
  }

  /**
   * Stores the schedules that an application declares, in one transaction, and removes those that
   * it no longer declares. They replace earlier declarations, even those of an older version of the
   * application that still runs. Pauses stay, even while a schedule is not declared, and so does
   * the next run of a schedule whose timing is the same.
   *
   * @param declared the schedules
   * @param renamed the names of these schedules, by their names under earlier names of their types
   * @param types all names of all types that the application knows
   * @param today adapts a schedule that was made at run time, for one of these types, to the
   *     current declaration of the type; empty to leave it as it is
   * @param kept keeps values of the stored schedule that need not be written again
   */
  public void register(
      List<NewSchedule> declared,
      Map<String, String> renamed,
      Collection<String> types,
      Function<LockedSchedule, Optional<NewSchedule>> today,
      BiFunction<LockedSchedule, NewSchedule, NewSchedule> kept) {
    declarations.register(declared, renamed, types, today, kept);
  }

  /**
   * Records a schedule that is made at run time, or replaces one.
   *
   * @param actor who makes it
   * @return the schedule; empty if the application declares one with its name
   */
  public Optional<JobSchedule> put(NewSchedule schedule, Actor actor) {
    Tables.Schedules s = database.tables().schedules;
    ChangeByHand change = ChangeByHand.of("put schedule", schedule.name(), actor);
    return change.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          // Not the pause of a schedule that was declared
          dsl.deleteFrom(s)
              .where(s.name.eq(schedule.name()).and(s.withdrawnAt.isNotNull()))
              .execute();
          ScheduleRows.write(dsl, s, schedule, false, actor.name());
          Optional<JobSchedule> put =
              find(dsl, schedule.name()).filter(found -> !found.isDeclared());
          if (put.isPresent()) {
            change.record(dsl, database.tables(), describe(schedule));
          }
          return put;
        });
  }

  private static String describe(NewSchedule schedule) {
    String runs =
        schedule.timing() instanceof Timing.Cron cron
            ? "%s at '%s', %s".formatted(schedule.job().type(), cron.expression(), cron.zone())
            : "%s, %s after each end"
                .formatted(schedule.job().type(), ((Timing.FixedDelay) schedule.timing()).delay());
    return schedule.until() == null ? runs : runs + ", until " + schedule.until();
  }

  /** Removes a schedule. Returns true if there was one. */
  public boolean remove(String name, Actor actor) {
    Tables.Schedules s = database.tables().schedules;
    return changes(
        ChangeByHand.of("remove schedule", name, actor),
        dsl -> dsl.deleteFrom(s).where(isThere(s, name)).execute());
  }

  /** Pauses a schedule, unless it is already paused. Returns true if this call has paused it. */
  public boolean pause(String name, Actor actor) {
    Tables.Schedules s = database.tables().schedules;
    return changes(
        ChangeByHand.of("pause schedule", name, actor),
        dsl ->
            dsl.update(s)
                .set(s.pausedAt, currentInstant())
                .set(s.pausedBy, actor.name())
                .set(s.pauseReason, actor.reason().orElseThrow())
                .set(s.changedAt, currentInstant())
                .set(s.changedBy, actor.name())
                .where(isThere(s, name).and(s.pausedAt.isNull()))
                .execute());
  }

  /**
   * Resumes a schedule, if it is paused.
   *
   * @param next its next run; null if that is counted from the end of the last one
   */
  public void resume(String name, Actor actor, @Nullable Instant next) {
    Tables.Schedules s = database.tables().schedules;
    boolean unused =
        changes(
            ChangeByHand.of("resume schedule", name, actor),
            dsl ->
                dsl.update(s)
                    .set(
                        s.nextRunAt,
                        when(
                                s.delayMillis.isNull(),
                                ScheduleRows.beforeEnd(coalesce(val(next), s.nextRunAt), s.endsAt))
                            .otherwise(s.nextRunAt))
                    .setNull(s.pausedAt)
                    .setNull(s.pausedBy)
                    .setNull(s.pauseReason)
                    .set(s.changedAt, currentInstant())
                    .set(s.changedBy, actor.name())
                    .where(isThere(s, name).and(s.pausedAt.isNotNull()))
                    .execute());
  }

  private boolean changes(ChangeByHand change, Function<DSLContext, Integer> update) {
    return change.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          boolean hasChanged = update.apply(dsl) > 0;
          if (hasChanged) {
            change.record(dsl, database.tables(), "done");
          }
          return hasChanged;
        });
  }
}
