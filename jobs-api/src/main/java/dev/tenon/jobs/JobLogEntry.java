package dev.tenon.jobs;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A line of a job's log, or a value that the job has emitted. Immutable.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 */
public interface JobLogEntry {

  /** The id of the job. */
  UUID jobId();

  /** The number of the attempt that wrote the line, from 1. */
  int attempt();

  /** The level of the line. */
  JobLogLevel level();

  /** The message; empty for a value. */
  String message();

  /** The data that goes with it, as a JSON object; empty if there is none. */
  Optional<String> data();

  /**
   * The value as JSON, with its sensitive parts masked, if this is one that the job has emitted;
   * empty for a line.
   */
  Optional<String> emitted();

  /**
   * The run of the handler that has emitted the value, as {@link EmittedValue#run()} explains it;
   * empty for a line.
   */
  OptionalLong run();

  /** The time when the line was written, by the worker's clock. */
  Instant loggedAt();

  /** The position of the line in the log. Positions increase from line to line, with gaps. */
  long position();

  /**
   * The position of the line for {@link JobLogQuery#withCursor}, which asks for the lines after it.
   * After the last line so far, those are the lines that are yet to be written.
   */
  Cursor cursor();
}
