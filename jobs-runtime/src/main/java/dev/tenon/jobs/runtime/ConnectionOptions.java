package dev.tenon.jobs.runtime;

import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The options that all connections of one pool share.
 *
 * @param purpose what {@code ApplicationName} ends with, such as {@code control}; empty for
 *     submitting and reading
 * @param socketTimeout how long a statement may go without an answer before its connection counts
 *     as dead; null if it may take its time
 * @param plansEachTime whether each statement is planned when it is executed, by the size that the
 *     tables have then. Otherwise PostgreSQL keeps the plans of statements that are repeated: one
 *     that was best for an empty table can be a thousand times too slow for a backlog.
 */
record ConnectionOptions(String purpose, @Nullable Duration socketTimeout, boolean plansEachTime) {

  /** Connecting and logging in together, for each host. */
  static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(6);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final String NAME = "tenon";

  /** What {@code pg_stat_activity} shows, after the name that the application gave itself. */
  String applicationName(@Nullable String application) {
    String name = purpose.isEmpty() ? NAME : NAME + "-" + purpose;
    return application == null || application.isBlank() ? name : application + "-" + name;
  }

  /**
   * Adds what PostgreSQL's driver needs to notice that the other end is gone: otherwise a thread
   * would wait for hours.
   */
  void addTo(Properties properties) {
    properties.setProperty("loginTimeout", Long.toString(LOGIN_TIMEOUT.toSeconds()));
    properties.setProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    if (socketTimeout != null) {
      properties.setProperty("socketTimeout", Long.toString(socketTimeout.toSeconds()));
    }
    if (plansEachTime) {
      // https://jdbc.postgresql.org/documentation/server-prepare/
      properties.setProperty("prepareThreshold", "0");
    }
    // What PostgreSQL says about a row that it refuses may quote the payload
    properties.setProperty("logServerErrorDetail", "false");
  }
}
