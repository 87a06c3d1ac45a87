package dev.tenon.jobs;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A line of a job's log. Immutable.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 */
public interface JobLogEntry {

  /** The id of the job. */
  UUID jobId();

  /** The attempt that wrote it, from 1. */
  int attempt();

  /** How important it is. */
  JobLogLevel level();

  /** What happened. */
  String message();

  /** The data that goes with it, as a JSON object; empty if there is none. */
  Optional<String> data();

  /** When it was written, by the worker's clock. */
  Instant loggedAt();

  /** Where it is in the log: a greater number than the lines before it have, with gaps. */
  long position();

  /**
   * Where it is, for {@link JobLogQuery#withCursor}: that query gives the lines after it. With the
   * last line there is, these are the lines that will come.
   */
  Cursor cursor();
}
