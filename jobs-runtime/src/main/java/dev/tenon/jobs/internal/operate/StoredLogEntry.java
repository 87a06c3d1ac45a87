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
 * @param position its place in the log
 * @param content the line or the value
 */
public record StoredLogEntry(
    UUID jobId, int attempt, Instant loggedAt, long position, Content content)
    implements JobLogEntry {

  /** Content of an entry: a line or an emitted value. */
  public sealed interface Content {}

  /**
   * A line that a handler wrote.
   *
   * @param data the data that goes with it, as JSON
   */
  public record Line(JobLogLevel level, String message, Optional<String> data) implements Content {}

  /**
   * A value that a job has emitted.
   *
   * @param version the version of the type that it was written for
   * @param run the lease of the run that emitted it
   * @param stored the value as it is stored, encrypted or readable
   * @param shown the value for people, with its sensitive parts masked
   */
  public record Value(int version, long run, String stored, String shown) implements Content {

    /** The value for people. */
    @Override
    public String toString() {
      return shown;
    }
  }

  @Override
  public JobLogLevel level() {
    return content instanceof Line line ? line.level() : JobLogLevel.INFO;
  }

  @Override
  public String message() {
    return content instanceof Line line ? line.message() : "";
  }

  @Override
  public Optional<String> data() {
    return content instanceof Line line ? line.data() : Optional.empty();
  }

  /** The emitted value; empty for a line. */
  public Optional<Value> value() {
    return content instanceof Value value ? Optional.of(value) : Optional.empty();
  }

  @Override
  public Optional<String> emitted() {
    return value().map(Value::shown);
  }

  @Override
  public OptionalLong run() {
    return content instanceof Value value ? OptionalLong.of(value.run()) : OptionalLong.empty();
  }

  @Override
  public Cursor cursor() {
    return Cursors.ofLine(position);
  }
}
