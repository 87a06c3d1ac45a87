package dev.tenon.jobs.testing;

import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.internal.operate.StoredLogEntry;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.values.SensitiveJson;
import java.util.Objects;
import java.util.Optional;

/** Lines and emitted values as the log of a job keeps them. */
final class KeptEntries {

  private KeptEntries() {}

  /**
   * The entry of a line.
   *
   * @param position its position in the log
   */
  static StoredLogEntry line(LogLine line, long position) {
    return entry(
        line,
        position,
        new StoredLogEntry.Line(line.level(), line.message(), Optional.ofNullable(line.data())));
  }

  /**
   * The entry of an emitted value.
   *
   * @param position its position in the log
   * @param sensitive the parts of the value that are hidden from people
   */
  static StoredLogEntry value(LogLine value, long position, SensitivePaths sensitive) {
    String json = Objects.requireNonNull(value.data());
    return entry(
        value,
        position,
        new StoredLogEntry.Value(
            Objects.requireNonNull(value.emitted()).version(),
            value.lease().number(),
            json,
            SensitiveJson.masked(json, sensitive)));
  }

  private static StoredLogEntry entry(LogLine line, long position, StoredLogEntry.Content content) {
    return new StoredLogEntry(
        line.lease().jobId(), line.attempt(), line.loggedAt(), position, content);
  }
}
