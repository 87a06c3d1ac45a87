package dev.tenon.jobs;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The log of one job. Lines are kept in the database with the attempt that wrote them, and {@link
 * JobService#logs} reads them. A handler that writes lines faster than they can be recorded has to
 * wait briefly. While nothing can be recorded it does not wait: the newest lines are kept, and the
 * log says how many are missing. Thread-safe.
 *
 * <p>Data is stored as JSON. Values are strings, numbers, booleans, nulls, enums (by name), UUIDs,
 * URIs, values of {@code java.time} (as strings), and maps, collections and records of these. On
 * the module path, a record must be public in an exported package, or its package open to {@code
 * dev.tenon.jobs.runtime}.
 */
public interface JobLog {

  /**
   * Writes a line.
   *
   * @param level how important it is
   * @param message what happened
   * @param data structured data that goes with it; may be empty
   * @throws IllegalArgumentException if the data contains a value of another type
   */
  void log(JobLogLevel level, String message, Map<String, ? extends @Nullable Object> data);

  /** Writes a line of level debug. */
  default void debug(String message) {
    log(JobLogLevel.DEBUG, message, Map.of());
  }

  /** Writes a line of level debug, with data. */
  default void debug(String message, Map<String, ? extends @Nullable Object> data) {
    log(JobLogLevel.DEBUG, message, data);
  }

  /** Writes a line of level info. */
  default void info(String message) {
    log(JobLogLevel.INFO, message, Map.of());
  }

  /** Writes a line of level info, with data. */
  default void info(String message, Map<String, ? extends @Nullable Object> data) {
    log(JobLogLevel.INFO, message, data);
  }

  /** Writes a line of level warn. */
  default void warn(String message) {
    log(JobLogLevel.WARN, message, Map.of());
  }

  /** Writes a line of level warn, with data. */
  default void warn(String message, Map<String, ? extends @Nullable Object> data) {
    log(JobLogLevel.WARN, message, data);
  }

  /** Writes a line of level error. */
  default void error(String message) {
    log(JobLogLevel.ERROR, message, Map.of());
  }

  /** Writes a line of level error, with data. */
  default void error(String message, Map<String, ? extends @Nullable Object> data) {
    log(JobLogLevel.ERROR, message, data);
  }
}
