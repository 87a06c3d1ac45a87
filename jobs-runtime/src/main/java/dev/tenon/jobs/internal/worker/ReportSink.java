package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.ProgressReport;

/** Takes what handlers report while they run. Thread-safe. */
public interface ReportSink {

  /** Adds a line to the log of a job. */
  void log(LogLine line);

  /** Sets the progress of a job; only the last report counts. */
  void progress(ProgressReport report);
}
