package dev.tenon.jobs.internal.store;

import java.util.List;
import java.util.function.Consumer;

/** Stands in for the class of this name: writes log lines to a callback. */
public final class ReportStore {

  private final Consumer<LogLine> table;

  /** Creates a store. */
  public ReportStore(Consumer<LogLine> table) {
    this.table = table;
  }

  /** Records progress, which nobody reads. */
  public void progress(List<ProgressReport> reports) {}

  /** Records lines. */
  public void log(List<LogLine> lines) {
    lines.forEach(table);
  }
}
