package dev.tenon.jobs.internal.scaling;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.count;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.sum;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.scaling.ScalingRows.LimitKey;
import dev.tenon.jobs.internal.scaling.ScalingRows.Limited;
import dev.tenon.jobs.internal.scaling.ScalingRows.Scheduled;
import dev.tenon.jobs.internal.scaling.ScalingRows.Started;
import dev.tenon.jobs.internal.scaling.ScalingRows.Took;
import dev.tenon.jobs.internal.scaling.ScalingRows.Unlimited;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.MonitorTables;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.store.WaitingJobs;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Reads what autoscaling needs, with statements whose cost does not depend on the backlog: indexes
 * lead to the jobs of each type that are due first, and counting stops at a limit. Thread-safe.
 */
public final class ScalingStore {

  /** The largest number of jobs that are counted, of a type and priority or of a limited type. */
  public static final int MAX_COUNT = 10_000;

  private static final int MAX_SCHEDULES = 10_000;

  /** The period of statistics that a mean duration is taken of, if attempts have ended in it. */
  private static final Duration RECENT = Duration.ofHours(1);

  /** The period otherwise: a day, and an hour more for what runs at the same time each day. */
  private static final Duration DAY = Duration.ofHours(25);

  private final PatientReads reads;
  private final Tables tables;

  /** The store of this database. */
  public ScalingStore(Database database) {
    this.reads = new PatientReads(database);
    this.tables = database.tables();
  }

  /** The jobs without limits that are due, or will be within a time. */
  public List<Unlimited> unlimited(Duration within) {
    JobTables.Live j = tables.live;
    CommonTableExpression<?> types = WaitingJobs.types(j);
    var priorities = new UnnestedRows<>("p", List.of(JobPriority.values()));
    var priority = priorities.column("priority", Tables.PRIORITY, Function.identity());
    Table<?> some =
        select(j.version, j.runAt)
            .from(j)
            .where(
                WaitingJobs.isAmong(j)
                    .and(j.type.eq(WaitingJobs.TYPE))
                    .and(j.priority.eq(priority))
                    .and(isDue(j.runAt, within)))
            .orderBy(j.runAt, j.id)
            .limit(MAX_COUNT)
            .asTable("some");
    return reads.byIndexes(
        dsl -> {
          List<Unlimited> all = inTurn(dsl, types, priorities, priority, some);
          all.addAll(parked(dsl, within));
          return all;
        });
  }

  private List<Unlimited> inTurn(
      DSLContext dsl,
      CommonTableExpression<?> types,
      UnnestedRows<JobPriority> priorities,
      Field<JobPriority> priority,
      Table<?> some) {
    JobTables.Live j = tables.live;
    Field<Integer> version = SubqueryFields.of(some, j.version).as("version");
    Table<?> counted =
        select(version, due(some), count().as("jobs"))
            .from(some)
            .groupBy(SubqueryFields.of(some, j.version))
            .asTable("counted");
    return dsl.withRecursive(types)
        .select(
            WaitingJobs.TYPE,
            priority,
            DSL.field(DSL.name("counted", "version"), SQLDataType.INTEGER),
            DSL.field(DSL.name("counted", "due"), SQLDataType.INTEGER),
            DSL.field(DSL.name("counted", "jobs"), SQLDataType.INTEGER))
        .from(types)
        .crossJoin(priorities.table())
        .crossJoin(lateral(counted))
        .fetch(Records.mapping(Unlimited::new));
  }

  /** Jobs that no worker has known so far: they are why a worker of a newer version is needed. */
  private List<Unlimited> parked(DSLContext dsl, Duration within) {
    JobTables.Live j = tables.live;
    Table<?> some =
        select(j.type, j.version, j.runAt)
            .from(j)
            .where(WaitingJobs.isParked(j).and(isDue(j.runAt, within)))
            .orderBy(j.type, j.version)
            .limit(MAX_COUNT)
            .asTable("some");
    Field<String> type = SubqueryFields.of(some, j.type);
    Field<Integer> version = SubqueryFields.of(some, j.version);
    return dsl.select(type, version, due(some), count())
        .from(some)
        .groupBy(type, version)
        .fetch(
            row ->
                new Unlimited(
                    row.value1(), JobPriority.NORMAL, row.value2(), row.value3(), row.value4()));
  }

  private static Condition isDue(Field<Instant> runAt, Duration within) {
    return runAt.le(Intervals.after(currentInstant(), DSL.val(within.toMillis())));
  }

  private Field<Integer> due(Table<?> some) {
    return count()
        .filterWhere(SubqueryFields.of(some, tables.live.runAt).le(currentInstant()))
        .as("due");
  }

  /** The jobs with limits that are due, or will be within a time, by key. */
  public List<Limited> limited(Duration within) {
    JobTables.Live j = tables.live;
    CommonTableExpression<?> types = WaitingJobs.types(j, LimitedClaimStore.isLimited(j));
    Table<?> some =
        select(j.limitKey, j.version, j.runAt, j.cost)
            .from(j)
            .where(
                LimitedClaimStore.isLimitedAndWaiting(j)
                    .and(j.type.eq(WaitingJobs.TYPE))
                    .and(isDue(j.runAt, within)))
            .orderBy(j.runAt)
            .limit(MAX_COUNT)
            .asTable("some");
    Field<String> key = SubqueryFields.of(some, j.limitKey);
    Field<Integer> version = SubqueryFields.of(some, j.version);
    Field<Long> costs =
        sum(DSL.coalesce(SubqueryFields.of(some, j.cost), DSL.inline(1L))).cast(Long.class);
    Table<?> counted =
        select(
                key.as("limit_key"),
                version.as("version"),
                due(some),
                count().as("jobs"),
                costs.as("costs"))
            .from(some)
            .groupBy(key, version)
            .asTable("counted");
    return reads.byIndexes(
        dsl ->
            dsl.withRecursive(types)
                .select(
                    WaitingJobs.TYPE,
                    DSL.field(DSL.name("counted", "limit_key"), SQLDataType.CLOB),
                    DSL.field(DSL.name("counted", "version"), SQLDataType.INTEGER),
                    DSL.field(DSL.name("counted", "due"), SQLDataType.INTEGER),
                    DSL.field(DSL.name("counted", "jobs"), SQLDataType.INTEGER),
                    DSL.field(DSL.name("counted", "costs"), SQLDataType.BIGINT))
                .from(types)
                .crossJoin(lateral(counted))
                .fetch(Records.mapping(Limited::new)));
  }

  /** The schedules that submit jobs within a time, and have not been late for long. */
  public List<Scheduled> scheduled(Duration within) {
    Tables.Schedules s = tables.schedules;
    return reads.patiently(
        dsl ->
            dsl.select(s.type, s.version)
                .from(s)
                .where(s.pausedAt.isNull())
                .and(s.withdrawnAt.isNull())
                .and(s.error.isNull())
                .and(isDue(s.nextRunAt, within))
                .orderBy(s.nextRunAt)
                .limit(MAX_SCHEDULES)
                .fetch(Records.mapping(Scheduled::new)));
  }

  /** The time that attempts took in the last hour, or in the last day where none ended in that. */
  public List<Took> durations() {
    return reads.patiently(
        dsl -> {
          List<Took> all = took(dsl, DAY, 3_600, false);
          all.addAll(took(dsl, RECENT, 60, true));
          return all;
        });
  }

  /** Attempts whose worker was lost, or that were given back, say nothing about the job. */
  private List<Took> took(DSLContext dsl, Duration period, int stepSeconds, boolean isRecent) {
    MonitorTables.Statistics s = tables.statistics;
    return dsl.select(s.type, sum(s.attempts).cast(Long.class), sum(s.runMillis).cast(Long.class))
        .from(s)
        .where(s.stepSeconds.eq(stepSeconds))
        .and(s.at.ge(Intervals.beforeNow(period.toMillis())))
        .and(s.outcome.notIn(JobAttempt.Outcome.LOST, JobAttempt.Outcome.RELEASED))
        .groupBy(s.type)
        .fetch(
            row -> new Took(row.value1(), row.value2(), Duration.ofMillis(row.value3()), isRecent));
  }

  /**
   * The starts, or their costs, that still count for the rates of whole types after a time.
   *
   * @param types the names of the types
   */
  public List<Started> started(Collection<String> types, Duration after) {
    Tables.LimitedStarts s = tables.limitedStarts;
    return started(s.ofKey.isFalse().and(s.type.in(types)), after);
  }

  /** The same for the rates of these keys. */
  public List<Started> startedByKey(Collection<LimitKey> keys, Duration after) {
    Tables.LimitedStarts s = tables.limitedStarts;
    UnnestedRows<LimitKey> rows = new UnnestedRows<>("k", List.copyOf(keys));
    Field<String> type = rows.column("type", SQLDataType.CLOB, LimitKey::type);
    Field<String> key = rows.column("limit_key", SQLDataType.CLOB, LimitKey::key);
    return started(
        s.ofKey.isTrue().and(DSL.row(s.type, s.limitKey).in(select(type, key).from(rows.table()))),
        after);
  }

  private List<Started> started(Condition which, Duration after) {
    Tables.LimitedStarts s = tables.limitedStarts;
    Field<Instant> countsUntil =
        Intervals.after(s.lastAt, s.seconds.cast(Long.class).mul(DSL.inline(1_000L)));
    return reads.patiently(
        dsl ->
            dsl.select(s.type, s.limitKey, s.ofCosts, s.seconds, sum(s.units).cast(Long.class))
                .from(s)
                .where(which)
                .and(s.expiresAt.gt(currentInstant()))
                .and(countsUntil.gt(Intervals.after(currentInstant(), DSL.val(after.toMillis()))))
                .groupBy(s.type, s.limitKey, s.ofCosts, s.seconds)
                .fetch(Records.mapping(Started::new)));
  }

  /** The number of running jobs with limits, by key. */
  public List<ScalingRows.Running> runningByKey() {
    JobTables.LimitedRuns r = tables.limitedRuns;
    return reads.patiently(
        dsl ->
            dsl.select(r.type, r.limitKey, count())
                .from(r)
                .groupBy(r.type, r.limitKey)
                .fetch(Records.mapping(ScalingRows.Running::new)));
  }
}
