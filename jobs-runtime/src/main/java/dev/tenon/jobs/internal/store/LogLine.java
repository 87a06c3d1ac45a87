package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobLogLevel;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line that a handler wrote into the log of its job, or a value that it has emitted.
 *
 * @param lease the lease of the attempt that wrote it
 * @param attempt the number of that attempt
 * @param level how important it is
 * @param message what happened; empty for a value
 * @param data the data that goes with it, or the value, as JSON
 * @param loggedAt when it was written
 * @param emitted the details of a value; null for a line
 */
public record LogLine(
    Lease lease,
    int attempt,
    JobLogLevel level,
    String message,
    @Nullable String data,
    Instant loggedAt,
    @Nullable Emitted emitted) {

  /**
   * Details of an emitted value that a line does not have.
   *
   * @param number its number among the values of its run, from 1
   * @param version the version of the type that it was written for
   */
  public record Emitted(int number, int version) {}

  /** A line. */
  public LogLine(
      Lease lease,
      int attempt,
      JobLogLevel level,
      String message,
      @Nullable String data,
      Instant loggedAt) {
    this(lease, attempt, level, message, data, loggedAt, null);
  }

  /**
   * A value that the job has emitted.
   *
   * @param number its number among the values of the run, from 1: a value that is written twice is
   *     kept once
   * @param version the version of the job type in this code
   * @param value the value as JSON, encrypted if necessary
   */
  public static LogLine emitted(
      Lease lease, int attempt, int number, int version, String value, Instant emittedAt) {
    return new LogLine(
        lease, attempt, JobLogLevel.INFO, "", value, emittedAt, new Emitted(number, version));
  }

  /** Returns whether it is a value that the job has emitted. */
  public boolean isEmitted() {
    return emitted != null;
  }
}
