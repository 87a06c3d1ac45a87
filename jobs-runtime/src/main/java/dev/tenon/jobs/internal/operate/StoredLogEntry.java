package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.internal.cursor.Cursors;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A line of a log, or an emitted value, as it was read from the table.
 *
 * @param value the emitted value; empty for a line
 */
public record StoredLogEntry(
    UUID jobId,
    int attempt,
    JobLogLevel level,
    String message,
    Optional<String> data,
    Instant loggedAt,
    long position,
    Optional<Value> value)
    implements JobLogEntry {

  /**
   * A value that a job has emitted.
   *
   * @param version the version of the type that it was written for
   * @param run the lease of the run that emitted it
   * @param stored the value as it is stored, encrypted or readable
   * @param shown the value for people, with its sensitive parts masked
   */
  public record Value(int version, long run, String stored, String shown) {

    /** The value for people. */
    @Override
    public String toString() {
      return shown;
    }
  }

  /** A line. */
  public StoredLogEntry(
      UUID jobId,
      int attempt,
      JobLogLevel level,
      String message,
      Optional<String> data,
      Instant loggedAt,
      long position) {
    this(jobId, attempt, level, message, data, loggedAt, position, Optional.empty());
  }

  @Override
  public Optional<String> emitted() {
    return value.map(Value::shown);
  }

  @Override
  public OptionalLong run() {
    return value.map(found -> OptionalLong.of(found.run())).orElseGet(OptionalLong::empty);
  }

  @Override
  public Cursor cursor() {
    return Cursors.ofLine(position);
  }
}
