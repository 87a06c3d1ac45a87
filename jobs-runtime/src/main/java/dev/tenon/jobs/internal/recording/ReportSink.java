package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.ProgressReport;
import java.util.function.BooleanSupplier;

/** Takes what handlers report while they run. Thread-safe. */
public interface ReportSink {

  /** Adds a line to the log of a job. */
  void log(LogLine line);

  /**
   * Adds a value that a job has emitted. It waits for room, and drops none.
   *
   * @param isOver whether the attempt has ended or should stop: then the value is dropped in place
   *     of waiting
   */
  void emit(LogLine value, BooleanSupplier isOver);

  /** Sets the progress of a job; only the last report counts. */
  void progress(ProgressReport report);
}
