package dev.tenon.jobs.runtime;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one process tells the workers of the others over PostgreSQL. It is a hint to look into the
 * table: anybody who may connect can send one, and it may get lost.
 *
 * @param cancelled a job that somebody wants to cancel; null if there is something to claim
 */
record WorkerNotice(@Nullable UUID cancelled) {

  private static final char SEPARATOR = '\n';

  /** There is something to claim. */
  static final WorkerNotice CLAIMABLE = new WorkerNotice(null);

  String message(String schema) {
    return cancelled == null ? schema : schema + SEPARATOR + cancelled;
  }

  /** What a message says to the workers of a schema; empty if it is none, or one to others. */
  static Optional<WorkerNotice> parse(String message, String schema) {
    if (message.equals(schema)) {
      return Optional.of(CLAIMABLE);
    }
    if (!message.startsWith(schema + SEPARATOR)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new WorkerNotice(UUID.fromString(message.substring(schema.length() + 1))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
