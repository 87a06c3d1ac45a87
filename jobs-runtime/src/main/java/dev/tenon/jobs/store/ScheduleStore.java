package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.excluded;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.notExists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.row;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobSchedule;
import dev.tenon.jobs.ScheduleOptions;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The schedules by which jobs are submitted by themselves, one row a schedule. Whoever changes a
 * row locks it first, so that a run that is due is submitted by what holds before the change or by
 * what holds after it. Thread-safe.
 */
public final class ScheduleStore {

  private final Database database;

  /** The store of this database. */
  public ScheduleStore(Database database) {
    this.database = database;
  }

  /**
   * A schedule as it is to be.
   *
   * @param name its name
   * @param job what each job is like; its id and time do not matter
   * @param cron the cron expression
   * @param zone the id of its time zone
   * @param overlap what happens to runs that would overlap
   * @param catchUp how late a missed run may be submitted
   * @param jitter how much later than the expression says a job may be due
   * @param nextRunAt the first run, if the expression is new
   */
  public record NewSchedule(
      String name,
      NewJob job,
      String cron,
      String zone,
      OverlapPolicy overlap,
      Duration catchUp,
      Duration jitter,
      Instant nextRunAt) {

    /** The same schedule with jobs like this one. */
    public NewSchedule withJob(NewJob other) {
      return new NewSchedule(name, other, cron, zone, overlap, catchUp, jitter, nextRunAt);
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
        .where(s.name.eq(name))
        .fetchOptional(each -> schedule(s, each));
  }

  private static JobSchedule schedule(Tables.Schedules s, Record row) {
    Instant lastRunAt = row.get(s.lastRunAt);
    Instant pausedAt = row.get(s.pausedAt);
    String itemId = row.get(s.itemId);
    ScheduleOptions options =
        ScheduleOptions.defaults()
            .withOverlap(row.get(s.overlap))
            .withCatchUp(Duration.ofMillis(row.get(s.catchUpMillis)))
            .withJitter(Duration.ofMillis(row.get(s.jitterMillis)))
            .withPriority(row.get(s.priority));
    return new JobSchedule(
        row.get(s.name),
        row.get(s.type),
        row.get(s.declared),
        row.get(s.cron),
        row.get(s.zone),
        itemId == null ? options : options.withItemId(itemId),
        pausedAt == null ? row.get(s.nextRunAt) : null,
        row.get(s.waitingRunAt),
        lastRunAt == null ? null : new JobSchedule.Run(lastRunAt, row.get(s.lastJobId)),
        row.get(s.leftOutAt),
        row.get(s.error),
        pausedAt == null
            ? null
            : new JobSchedule.Pause(pausedAt, row.get(s.pausedBy), row.get(s.pauseReason)),
        new JobSchedule.Change(row.get(s.createdAt), row.get(s.createdBy)),
        new JobSchedule.Change(row.get(s.changedAt), row.get(s.changedBy)));
  }

  /**
   * Notes the schedules that an application declares, in one transaction, and removes those that it
   * no longer does. What was declared before, maybe by an older version of the application that
   * still runs, no longer holds. Pauses stay, and so does the next run of a schedule whose
   * expression and zone are the same.
   *
   * @param declared the schedules
   * @param renamed the types that have schedules, by the earlier names of these types
   * @param types all names of all types that the application knows
   * @param today gives a schedule that was made at run time, for one of these types, as the type is
   *     declared today; empty to leave it as it is
   * @param kept takes over from a schedule that is there what need not be written again
   */
  public void register(
      List<NewSchedule> declared,
      Map<String, String> renamed,
      Collection<String> types,
      Function<LockedSchedule, Optional<NewSchedule>> today,
      BiFunction<LockedSchedule, NewSchedule, NewSchedule> kept) {
    Tables.Schedules s = database.tables().schedules;
    // Whoever starts at the same time locks the rows in the same order
    List<NewSchedule> sorted =
        declared.stream().sorted(Comparator.comparing(NewSchedule::name)).toList();
    int unused =
        Database.inTransaction(
            database.control(),
            dsl -> {
              List<LockedSchedule> known =
                  LockedSchedule.lock(
                      dsl, database.tables(), s.type.in(types).and(s.declared.isFalse()));
              renamed.forEach((alias, type) -> rename(dsl, alias, type));
              Map<String, LockedSchedule> before =
                  LockedSchedule.lock(
                          dsl,
                          database.tables(),
                          s.name.in(sorted.stream().map(NewSchedule::name).toList()))
                      .stream()
                      .collect(Collectors.toMap(LockedSchedule::name, each -> each));
              for (NewSchedule each : sorted) {
                LockedSchedule found = before.get(each.name());
                write(dsl, found == null ? each : kept.apply(found, each), true, null);
              }
              known.forEach(
                  each ->
                      today
                          .apply(each)
                          .ifPresent(now -> write(dsl, kept.apply(each, now), false, null)));
              return dsl.deleteFrom(s)
                  .where(
                      s.declared
                          .isTrue()
                          .and(s.name.in(types))
                          .and(s.name.notIn(sorted.stream().map(NewSchedule::name).toList())))
                  .execute();
            });
  }

  /**
   * A renamed type takes its schedule along, with its pause, its next run and the runs that have
   * not ended: by their schedule it is decided whether another one would overlap.
   */
  private void rename(DSLContext dsl, String alias, String type) {
    Tables.Schedules s = database.tables().schedules;
    // Whoever submits a run of the old name has the row locked, and is over once it is locked here
    if (LockedSchedule.lock(dsl, database.tables(), s.name.eq(alias).and(s.declared.isTrue()))
        .isEmpty()) {
      return;
    }
    var other = s.as("other");
    dsl.update(s)
        .set(s.name, type)
        .where(
            s.name
                .eq(alias)
                .and(s.declared.isTrue())
                .and(notExists(selectOne().from(other).where(Fields.of(other, s.name).eq(type)))))
        .execute();
    Tables.Jobs j = database.tables().jobs;
    Condition isUnended = ScheduledRunStore.isUnended(j, DSL.val(alias));
    List<UUID> runs = dsl.select(j.id).from(j).where(isUnended).orderBy(j.id).fetch(j.id);
    if (!runs.isEmpty()) {
      int unused =
          LockedJobs.update(dsl, j, runs, DSL.noCondition(), Map.of(j.schedule, DSL.val(type)))
              .execute();
    }
  }

  /**
   * Records a schedule that is made at run time, or replaces one.
   *
   * @param by who makes it
   * @return the schedule; empty if the application declares one with its name
   */
  public Optional<JobSchedule> put(NewSchedule schedule, String by) {
    return Database.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          write(dsl, schedule, false, by);
          return find(dsl, schedule.name()).filter(found -> !found.isDeclared());
        });
  }

  private void write(DSLContext dsl, NewSchedule schedule, boolean declared, @Nullable String by) {
    Tables.Schedules s = database.tables().schedules;
    NewJob job = schedule.job();
    Condition samePlan =
        row(s.cron, s.zone, s.declared)
            .isNotDistinctFrom(row(excluded(s.cron), excluded(s.zone), excluded(s.declared)));
    Condition same =
        samePlan
            .and(
                row(
                        s.type,
                        s.version,
                        s.routingKey,
                        s.priority,
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
        .set(s.payload, JSON.json(job.payload()))
        .set(s.itemId, job.itemId())
        .set(s.submittedBy, job.submittedBy())
        .set(s.maxAttempts, job.maxAttempts())
        .set(s.retentionSeconds, job.retention().toSeconds())
        .set(s.failedRetentionSeconds, job.failedRetention().toSeconds())
        .set(s.externalPolicy, JSON.jsonOrNull(job.externalPolicy()))
        .set(s.limitKey, job.limitKey())
        .set(s.cron, schedule.cron())
        .set(s.zone, schedule.zone())
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
        .set(s.overlap, excluded(s.overlap))
        .set(s.catchUpMillis, excluded(s.catchUpMillis))
        .set(s.jitterMillis, excluded(s.jitterMillis))
        .set(s.nextRunAt, when(samePlan, s.nextRunAt).otherwise(excluded(s.nextRunAt)))
        .set(
            s.waitingRunAt,
            when(
                excluded(s.overlap).eq(inline(OverlapPolicy.QUEUE_ONE, Tables.OVERLAP)),
                s.waitingRunAt))
        .setNull(s.error)
        .set(s.changedAt, currentInstant())
        .set(s.changedBy, by)
        // What the application declares, nobody replaces at run time
        .where(same.not().and(inline(declared).isTrue().or(s.declared.isFalse())))
        .execute();
  }

  /** Removes a schedule. Returns whether there was one. */
  public boolean remove(String name) {
    Tables.Schedules s = database.tables().schedules;
    return changes(dsl -> dsl.deleteFrom(s).where(s.name.eq(name)).execute());
  }

  /** Pauses a schedule. Returns whether there is one. */
  public boolean pause(String name, String by, String reason) {
    Tables.Schedules s = database.tables().schedules;
    return changes(
        dsl ->
            dsl.update(s)
                .set(s.pausedAt, currentInstant())
                .set(s.pausedBy, by)
                .set(s.pauseReason, reason)
                .set(s.changedAt, currentInstant())
                .set(s.changedBy, by)
                .where(s.name.eq(name))
                .execute());
  }

  /**
   * Resumes a schedule, if it is paused.
   *
   * @param next its next run
   */
  public void resume(String name, String by, Instant next) {
    Tables.Schedules s = database.tables().schedules;
    boolean unused =
        changes(
            dsl ->
                dsl.update(s)
                    .set(s.nextRunAt, next)
                    .setNull(s.pausedAt)
                    .setNull(s.pausedBy)
                    .setNull(s.pauseReason)
                    .set(s.changedAt, currentInstant())
                    .set(s.changedBy, by)
                    .where(s.name.eq(name).and(s.pausedAt.isNotNull()))
                    .execute());
  }

  private boolean changes(Function<DSLContext, Integer> change) {
    return Database.inTransaction(database.dsl(), ControlStore.MAX_LOCK_WAIT, change) > 0;
  }
}
