package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.operate.JobOperation;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The record of a bulk operation as it was read from the table. */
public record StoredOperation(
    UUID id,
    Kind kind,
    Optional<String> target,
    String query,
    String by,
    String reason,
    Instant beganAt,
    Instant updatedAt,
    Optional<Instant> endedAt,
    Optional<String> error,
    Counts counts)
    implements JobOperation {

  /** The numbers of jobs. */
  public record StoredCounts(
      long matched, long changed, long askedToStop, long skipped, long locked) implements Counts {}
}
