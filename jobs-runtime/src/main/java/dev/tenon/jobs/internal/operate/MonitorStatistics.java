package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.max;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobMonitor.Activity;
import dev.tenon.jobs.JobMonitor.FailureGroup;
import dev.tenon.jobs.JobMonitor.HourlyCount;
import dev.tenon.jobs.JobMonitor.Range;
import dev.tenon.jobs.JobMonitor.Span;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Fields;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.MonitorTables;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads statistics over time, and failures of the same kind. Each statement is bounded, and given
 * up after two seconds. Thread-safe.
 */
public final class MonitorStatistics {

  /** Statistics are kept in no longer steps. */
  private static final Duration LONGEST_STEP = Span.WEEK.step();

  private static final int MAX_FAILURE_ROWS = 20_000;

  private final PatientReads reads;
  private final Tables tables;

  /** The statistics of this database. */
  public MonitorStatistics(Database database) {
    this.reads = new PatientReads(database);
    this.tables = database.tables();
  }

  /** What ended, by time, type and outcome. */
  public List<Activity> activity(Span span) {
    MonitorTables.Statistics s = tables.statistics;
    return activity(
        span.step(), span.step(), s.at.gt(Intervals.beforeNow(span.length().toMillis())));
  }

  /** What ended in a range of time, by step, type and outcome. */
  public List<Activity> activity(Range range) {
    MonitorTables.Statistics s = tables.statistics;
    return activity(
        LONGEST_STEP.compareTo(range.step()) < 0 ? LONGEST_STEP : range.step(),
        range.step(),
        s.at.ge(range.from()).and(s.at.lt(range.to())));
  }

  /**
   * Reads statistics.
   *
   * @param kept the steps in which they are kept
   * @param step the steps in which they are wanted, some of those that are kept together
   */
  private List<Activity> activity(Duration kept, Duration step, Condition time) {
    MonitorTables.Statistics s = tables.statistics;
    Field<Instant> at =
        kept.equals(step)
            ? s.at
            : DSL.field(
                "date_bin({0} * interval '1 second', {1}, timestamptz 'epoch')",
                SQLDataType.INSTANT, inline(step.toSeconds()), s.at);
    Field<Long> attempts = DSL.sum(s.attempts).cast(Long.class);
    Field<Long> run = DSL.sum(s.runMillis).cast(Long.class);
    Field<Long> maxRun = max(s.maxRunMillis);
    Field<Long> wait = DSL.sum(s.waitMillis).cast(Long.class);
    Field<Long> maxWait = max(s.maxWaitMillis);
    return reads.patiently(
        dsl ->
            dsl.select(at, s.type, s.outcome, attempts, run, maxRun, wait, maxWait)
                .from(s)
                .where(s.stepSeconds.eq((int) kept.toSeconds()).and(time))
                .groupBy(at, s.type, s.outcome)
                .orderBy(at, s.type, s.outcome)
                .fetch(
                    row ->
                        new Activity(
                            row.get(at),
                            row.get(s.type),
                            row.get(s.outcome),
                            row.get(attempts),
                            Duration.ofMillis(row.get(run)),
                            Duration.ofMillis(row.get(maxRun)),
                            Duration.ofMillis(row.get(wait)),
                            Duration.ofMillis(row.get(maxWait)))));
  }

  /** Failures of the same kind, the latest first. */
  public List<FailureGroup> failures(Span span, int max) {
    // Hours that are rolled up begin before the span does
    long reach = span.length().plusHours(1).toMillis();
    return failures(tables.failures.at.gt(Intervals.beforeNow(reach)), max);
  }

  /** Failures of the same kind in the hours of a range of time, the latest first. */
  public List<FailureGroup> failures(Range range, int max) {
    MonitorTables.Failures f = tables.failures;
    Instant hour = range.from().truncatedTo(ChronoUnit.HOURS);
    return failures(f.at.ge(hour).and(f.at.lt(range.to())), max);
  }

  private List<FailureGroup> failures(Condition time, int max) {
    MonitorTables.Failures f = tables.failures;
    var groups =
        select(f.type, f.fingerprint, f.errorReason, max(f.lastAt).as("latest"))
            .from(f)
            .where(time)
            .groupBy(f.type, f.fingerprint, f.errorReason)
            .orderBy(max(f.lastAt).desc())
            .limit(max)
            .asTable("groups");
    Field<Instant> latest = DSL.field(DSL.name("groups", "latest"), SQLDataType.INSTANT);
    List<Record> rows =
        reads.patiently(
            dsl ->
                dsl.select(f.fields())
                    .from(f)
                    .join(groups)
                    .on(
                        f.type
                            .eq(Fields.of(groups, f.type))
                            .and(f.fingerprint.eq(Fields.of(groups, f.fingerprint)))
                            .and(f.errorReason.eq(Fields.of(groups, f.errorReason))))
                    .where(time)
                    .orderBy(latest.desc(), f.type, f.fingerprint, f.errorReason, f.at)
                    .limit(MAX_FAILURE_ROWS)
                    .fetch());
    List<FailureGroup> found = new ArrayList<>();
    List<Record> group = new ArrayList<>();
    for (Record row : rows) {
      if (!group.isEmpty() && !isSameKind(group.get(0), row)) {
        found.add(group(group));
        group.clear();
      }
      group.add(row);
    }
    if (!group.isEmpty()) {
      found.add(group(group));
    }
    return found;
  }

  private boolean isSameKind(Record a, Record b) {
    MonitorTables.Failures f = tables.failures;
    return a.get(f.type).equals(b.get(f.type))
        && a.get(f.fingerprint).equals(b.get(f.fingerprint))
        && a.get(f.errorReason).equals(b.get(f.errorReason));
  }

  private FailureGroup group(List<Record> hours) {
    MonitorTables.Failures f = tables.failures;
    Record last = hours.get(hours.size() - 1);
    String fingerprint = last.get(f.fingerprint);
    return new FailureGroup(
        last.get(f.type),
        fingerprint.isEmpty() ? null : fingerprint,
        last.get(f.errorReason),
        last.get(f.errorClass),
        last.get(f.errorMessage),
        hours.stream().mapToLong(hour -> hour.get(f.failures)).sum(),
        hours.get(0).get(f.at),
        last.get(f.lastAt),
        last.get(f.lastJobId),
        hours.stream().map(hour -> new HourlyCount(hour.get(f.at), hour.get(f.failures))).toList());
  }
}
