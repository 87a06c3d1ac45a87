package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.max;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.MonitorTables;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.operate.JobMonitor.Activity;
import dev.tenon.jobs.operate.JobMonitor.FailureGroup;
import dev.tenon.jobs.operate.JobMonitor.HourlyCount;
import dev.tenon.jobs.operate.JobMonitor.Range;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads statistics over time, and groups of failures. Each statement is bounded, and cancelled
 * after two seconds. Thread-safe.
 */
public final class MonitorStatistics {

  /** The longest interval that statistics are stored in. */
  private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);

  private final PatientReads reads;
  private final Tables tables;

  /** Creates a reader for this database. */
  public MonitorStatistics(Database database) {
    this.reads = new PatientReads(database);
    this.tables = database.tables();
  }

  /** The attempts that ended in a range of time, by interval, type and outcome. */
  public List<Activity> activity(Range range) {
    return summed(
        kept(range), at(kept(range), range.interval()), tables.statistics.type, in(range));
  }

  /** The length of the intervals that the statistics of a range are stored in. */
  private static Duration kept(Range range) {
    return LONGEST_INTERVAL.compareTo(range.interval()) < 0 ? LONGEST_INTERVAL : range.interval();
  }

  private Condition in(Range range) {
    MonitorTables.Statistics s = tables.statistics;
    return s.at.ge(range.from()).and(s.at.lt(range.to()));
  }

  /** The attempts that ended in a range of time, by type and outcome. */
  public List<Activity> activityByType(Range range) {
    return summed(
        kept(range),
        DSL.inline(range.from(), SQLDataType.INSTANT),
        tables.statistics.type,
        in(range));
  }

  /**
   * The attempts that ended in a range of time, by interval and outcome.
   *
   * @param types the types that are counted; empty for all
   */
  public List<Activity> activityByInterval(Range range, Collection<String> types) {
    return summed(
        kept(range),
        at(kept(range), range.interval()),
        DSL.inline(""),
        in(range).and(isOneOf(types, tables.statistics.type)));
  }

  private static Condition isOneOf(Collection<String> types, Field<String> type) {
    return types.isEmpty() ? DSL.noCondition() : type.eq(DSL.any(types.toArray(String[]::new)));
  }

  /** The beginning of the interval that statistics belong to. */
  private Field<Instant> at(Duration kept, Duration interval) {
    MonitorTables.Statistics s = tables.statistics;
    return kept.equals(interval)
        ? s.at
        : DSL.field(
            "date_bin({0} * interval '1 second', {1}, timestamptz 'epoch')",
            SQLDataType.INSTANT, inline(interval.toSeconds()), s.at);
  }

  /**
   * Adds up statistics.
   *
   * @param at the time that each belongs to
   * @param type the type that each belongs to
   */
  private List<Activity> summed(
      Duration kept, Field<Instant> at, Field<String> type, Condition which) {
    MonitorTables.Statistics s = tables.statistics;
    // By names, because SQL does not group or sort by constants
    Field<Instant> time = at.as("time");
    Field<String> kind = type.as("kind");
    Field<Long> attempts = DSL.sum(s.attempts).cast(Long.class);
    Field<Long> run = DSL.sum(s.runMillis).cast(Long.class);
    Field<Long> maxRun = max(s.maxRunMillis);
    Field<Long> wait = DSL.sum(s.waitMillis).cast(Long.class);
    Field<Long> maxWait = max(s.maxWaitMillis);
    return reads.patiently(
        dsl ->
            dsl.select(time, kind, s.outcome, attempts, run, maxRun, wait, maxWait)
                .from(s)
                .where(s.stepSeconds.eq((int) kept.toSeconds()).and(which))
                .groupBy(time, kind, s.outcome)
                .orderBy(time, kind, s.outcome)
                .fetch(
                    row ->
                        new MonitorRows.Activity(
                            row.value1(),
                            row.value2(),
                            row.value3(),
                            row.value4(),
                            Duration.ofMillis(row.value5()),
                            Duration.ofMillis(row.value6()),
                            Duration.ofMillis(row.value7()),
                            Duration.ofMillis(row.value8()))));
  }

  /**
   * Groups of failures in the hours of a range of time, latest first.
   *
   * @param types the types whose failures are grouped; empty for all
   */
  public List<FailureGroup> failures(Range range, Collection<String> types, int max) {
    MonitorTables.Failures f = tables.failures;
    Instant hour = range.from().truncatedTo(ChronoUnit.HOURS);
    return failures(f.at.ge(hour).and(f.at.lt(range.to())).and(isOneOf(types, f.type)), max);
  }

  private List<FailureGroup> failures(Condition which, int max) {
    MonitorTables.Failures f = tables.failures;
    Field<Instant> latest = max(f.lastAt).as("latest");
    Field<Instant> lastHour = max(f.at).as("last_hour");
    Field<Instant[]> hours = DSL.arrayAgg(f.at).as("hours");
    Field<Long[]> counts = DSL.arrayAgg(f.failures).as("counts");
    // Without the messages of the exceptions, which are long, and only needed for the last hour
    var groups =
        select(f.type, f.fingerprint, f.errorReason, latest, lastHour, hours, counts)
            .from(f)
            .where(which)
            .groupBy(f.type, f.fingerprint, f.errorReason)
            .orderBy(latest.desc(), f.type, f.fingerprint, f.errorReason)
            .limit(max)
            .asTable("groups");
    Field<String> type = SubqueryFields.of(groups, f.type);
    Field<String> fingerprint = SubqueryFields.of(groups, f.fingerprint);
    Field<JobError.Reason> reason = SubqueryFields.of(groups, f.errorReason);
    var last =
        select(f.errorClass, f.errorMessage, f.lastJobId)
            .from(f)
            .where(
                f.at
                    .eq(SubqueryFields.of(groups, lastHour))
                    .and(f.type.eq(type))
                    .and(f.fingerprint.eq(fingerprint))
                    .and(f.errorReason.eq(reason)))
            .limit(1)
            .asTable("last");
    Field<Instant> lastAt = SubqueryFields.of(groups, latest);
    return reads.patiently(
        dsl ->
            dsl.select(groups.fields())
                .select(last.fields())
                .from(groups)
                .crossJoin(lateral(last))
                .orderBy(lastAt.desc(), type, fingerprint, reason)
                .fetch(
                    row -> {
                      List<HourlyCount> byHour =
                          byHour(
                              row.get(SubqueryFields.of(groups, hours)),
                              row.get(SubqueryFields.of(groups, counts)));
                      return new MonitorRows.FailureGroup(
                          row.get(type),
                          Optional.of(row.get(fingerprint)).filter(print -> !print.isEmpty()),
                          row.get(reason),
                          Optional.ofNullable(row.get(SubqueryFields.of(last, f.errorClass))),
                          Optional.ofNullable(row.get(SubqueryFields.of(last, f.errorMessage))),
                          byHour.stream().mapToLong(HourlyCount::count).sum(),
                          byHour.get(0).at(),
                          row.get(lastAt),
                          row.get(SubqueryFields.of(last, f.lastJobId)),
                          byHour);
                    }));
  }

  private static List<HourlyCount> byHour(Instant[] hours, Long[] counts) {
    return IntStream.range(0, hours.length)
        .mapToObj(i -> new HourlyCount(hours[i], counts[i]))
        .sorted(Comparator.comparing(HourlyCount::at))
        .toList();
  }
}
