package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.internal.recording.ReportSink;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.ProgressReport;
import dev.tenon.jobs.internal.values.StoredValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The reports of a handler: its progress, its log entries and what it emits. Thread-safe. */
public final class HandlerReports {

  private final List<Progress> progress = new CopyOnWriteArrayList<>();
  private final List<JobLogEntry> log = new CopyOnWriteArrayList<>();
  private final List<LogLine> emitted = new CopyOnWriteArrayList<>();

  HandlerReports() {}

  /** A report of progress. Immutable. */
  public static final class Progress {

    private final int percent;
    private final @Nullable String message;

    Progress(int percent, @Nullable String message) {
      this.percent = percent;
      this.message = message;
    }

    /** The progress of the job in percent, 0 to 100. */
    public int percent() {
      return percent;
    }

    /** The message of the last progress report; empty if there is none. */
    public Optional<String> message() {
      return Optional.ofNullable(message);
    }

    /** The percentage, and the message if there is one. */
    @Override
    public String toString() {
      return percent + " %" + (message == null ? "" : " (" + message + ")");
    }
  }

  /** All reports of progress, oldest first. A worker only sends a few of them per second. */
  public List<Progress> progress() {
    return List.copyOf(progress);
  }

  /** The percentage that was reported last; 0 if there was none. */
  public int percent() {
    return progress.isEmpty() ? 0 : progress.get(progress.size() - 1).percent();
  }

  /** The lines of the log, with their data as JSON, as they would be stored. */
  public List<JobLogEntry> log() {
    return List.copyOf(log);
  }

  /** The messages of the lines of the log. */
  public List<String> messages() {
    return log.stream().map(JobLogEntry::message).toList();
  }

  /**
   * The values that the handler has emitted, written as JSON and read back.
   *
   * @param values the values of the type, such as {@code ReportWriteJob.EMITTED}
   */
  public <E> List<E> emitted(ValueDefinition<E> values) {
    List<E> read = new ArrayList<>();
    for (LogLine line : emitted) {
      read.add(
          StoredValues.kept(
              values,
              Objects.requireNonNull(line.emitted()).version(),
              Objects.requireNonNull(line.data()),
              "an emitted value"));
    }
    return List.copyOf(read);
  }

  /** Keeps what a handler reports, and does something after each report. */
  ReportSink keeping(Runnable after) {
    return new ReportSink() {
      @Override
      public void log(LogLine line) {
        log.add(KeptEntries.line(line, log.size() + 1));
        after.run();
      }

      @Override
      public void emit(LogLine value, BooleanSupplier isOver) {
        emitted.add(value);
        after.run();
      }

      @Override
      public void progress(ProgressReport report) {
        progress.add(new Progress(report.percent(), report.message()));
        after.run();
      }
    };
  }
}
