package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Tables;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Records what running handlers report. A report counts only while its lease is valid: reports from
 * a thread whose attempt has ended are dropped. Thread-safe.
 */
public final class ReportStore {

  private static final String IDS = "ids";
  private static final String LEASES = "leases";
  private static final String WORKERS = "workers";
  private static final String PERCENTS = "percents";
  private static final String ATTEMPTS = "attempts";
  private static final String LEVELS = "levels";
  private static final String MESSAGES = "messages";
  private static final String DATA = "data";
  private static final String LOGGED_AT = "logged_at";
  private static final String NUMBERS = "numbers";
  private static final String VERSIONS = "versions";

  private final Database database;
  private final HotStatement progress;
  private final HotStatement log;

  /** The store of this database. */
  public ReportStore(Database database) {
    this.database = database;
    Tables tables = database.tables();
    this.progress =
        HotStatement.call(tables, "report_progress", IDS, LEASES, WORKERS, PERCENTS, MESSAGES);
    this.log =
        HotStatement.call(
            tables,
            "write_logs",
            IDS,
            LEASES,
            WORKERS,
            ATTEMPTS,
            LEVELS,
            MESSAGES,
            DATA,
            LOGGED_AT,
            NUMBERS,
            VERSIONS);
  }

  /**
   * Records progress, with at most one report for each job. If somebody has locked the row of a
   * job, its report is dropped so that those of other jobs do not wait; the next report replaces it
   * anyway.
   */
  public void progress(List<ProgressReport> reports) {
    Map<String, @Nullable Object> values =
        leases(reports.stream().map(ProgressReport::lease).toList());
    values.put(
        PERCENTS, reports.stream().map(report -> (short) report.percent()).toArray(Short[]::new));
    values.put(MESSAGES, reports.stream().map(ProgressReport::message).toArray(String[]::new));
    progress.run(database.control(), values, row -> {});
  }

  /** Records lines of logs and emitted values, in the given order. */
  public void log(List<LogLine> lines) {
    Map<String, @Nullable Object> values = leases(lines.stream().map(LogLine::lease).toList());
    values.put(ATTEMPTS, lines.stream().map(LogLine::attempt).toArray(Integer[]::new));
    values.put(
        LEVELS,
        lines.stream()
            .map(line -> Tables.LEVEL.getConverter().to(line.level()))
            .toArray(String[]::new));
    values.put(MESSAGES, lines.stream().map(LogLine::message).toArray(String[]::new));
    values.put(DATA, lines.stream().map(LogLine::data).toArray(String[]::new));
    values.put(LOGGED_AT, lines.stream().map(LogLine::loggedAt).toArray(Instant[]::new));
    boolean hasValues = lines.stream().anyMatch(LogLine::isEmitted);
    values.put(NUMBERS, hasValues ? numbers(lines, LogLine.Emitted::number) : null);
    values.put(VERSIONS, hasValues ? numbers(lines, LogLine.Emitted::version) : null);
    log.run(database.control(), values, row -> {});
  }

  /** A number of each emitted value; null for a line. */
  private static @Nullable Integer[] numbers(
      List<LogLine> lines, ToIntFunction<LogLine.Emitted> number) {
    @Nullable Integer[] numbers = new Integer[lines.size()];
    for (int i = 0; i < numbers.length; i++) {
      LogLine.Emitted emitted = lines.get(i).emitted();
      numbers[i] = emitted == null ? null : number.applyAsInt(emitted);
    }
    return numbers;
  }

  private static Map<String, @Nullable Object> leases(List<Lease> leases) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put(IDS, leases.stream().map(Lease::jobId).toArray(UUID[]::new));
    values.put(LEASES, leases.stream().map(Lease::number).toArray(Long[]::new));
    values.put(WORKERS, leases.stream().map(Lease::workerId).toArray(String[]::new));
    return values;
  }
}
