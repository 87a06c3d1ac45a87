package dev.tenon.jobs.testing;

import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.internal.operate.StoredLogEntry;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.values.SensitiveJson;
import java.util.Objects;
import java.util.Optional;

/** Emitted values as the log of a job keeps them. */
final class KeptValues {

  private KeptValues() {}

  /**
   * An entry of the log.
   *
   * @param position its position in the log
   * @param sensitive the parts of the value that are hidden from people
   */
  static StoredLogEntry entry(LogLine value, long position, SensitivePaths sensitive) {
    String json = Objects.requireNonNull(value.data());
    return new StoredLogEntry(
        value.lease().jobId(),
        value.attempt(),
        value.level(),
        value.message(),
        Optional.empty(),
        value.loggedAt(),
        position,
        Optional.of(
            new StoredLogEntry.Value(
                Objects.requireNonNull(value.version()),
                value.lease().number(),
                json,
                SensitiveJson.masked(json, sensitive))));
  }
}
