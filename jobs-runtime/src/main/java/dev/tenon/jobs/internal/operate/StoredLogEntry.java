package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.internal.cursor.Cursors;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A line of a log as it was read from the table. */
public record StoredLogEntry(
    UUID jobId,
    int attempt,
    JobLogLevel level,
    String message,
    Optional<String> data,
    Instant loggedAt,
    long position)
    implements JobLogEntry {

  @Override
  public Cursor cursor() {
    return Cursors.ofLine(position);
  }
}
