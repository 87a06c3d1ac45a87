package dev.tenon.jobs.runtime;

import java.sql.Connection;
import java.sql.SQLException;
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

  /** Connecting and logging in together. */
  static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(6);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * Connecting and logging in together, if there are several hosts: those that hang leave time for
   * the next. Shorter than the checks at the start may take.
   */
  private static final Duration LOGIN_TIMEOUT_OF_ALL = Duration.ofSeconds(8);

  private static final Duration CONNECT_TIMEOUT_OF_EACH = Duration.ofSeconds(3);

  /**
   * How long each of several hosts may be silent when it is asked for TLS. Then, unless the URL
   * forbids it, the driver tries the same host without TLS.
   */
  private static final Duration TLS_SILENCE_OF_EACH = Duration.ofSeconds(2);

  /** How long each of several hosts may be silent while it logs in. */
  private static final Duration LOGIN_SILENCE_OF_EACH = Duration.ofSeconds(3);

  private static final String NAME = "tenon";

  /** What {@code pg_stat_activity} shows, after the name that the application gave itself. */
  String applicationName(@Nullable String application) {
    String name = purpose.isEmpty() ? NAME : NAME + "-" + purpose;
    return application == null || application.isBlank() ? name : application + "-" + name;
  }

  /**
   * Adds what PostgreSQL's driver needs to notice that the other end is gone: otherwise a thread
   * would wait for hours.
   *
   * @param severalHosts whether the driver may try another host when one does not answer. Then it
   *     must be told when it is logged in: see {@link #loggedIn}.
   */
  void addTo(Properties properties, boolean severalHosts) {
    Duration login = severalHosts ? LOGIN_TIMEOUT_OF_ALL : LOGIN_TIMEOUT;
    Duration connect = severalHosts ? CONNECT_TIMEOUT_OF_EACH : CONNECT_TIMEOUT;
    Duration silence = severalHosts ? LOGIN_SILENCE_OF_EACH : socketTimeout;
    properties.setProperty("loginTimeout", Long.toString(login.toSeconds()));
    properties.setProperty("connectTimeout", Long.toString(connect.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    if (severalHosts) {
      properties.setProperty("sslResponseTimeout", Long.toString(TLS_SILENCE_OF_EACH.toMillis()));
    }
    if (silence != null) {
      properties.setProperty("socketTimeout", Long.toString(silence.toSeconds()));
    }
    if (plansEachTime) {
      // https://jdbc.postgresql.org/documentation/server-prepare/
      properties.setProperty("prepareThreshold", "0");
    }
    // What PostgreSQL says about a row that it refuses may quote the payload
    properties.setProperty("logServerErrorDetail", "false");
  }

  /** From now on the server may be silent for as long as these options say. */
  void loggedIn(Connection connection) throws SQLException {
    connection.setNetworkTimeout(
        Runnable::run, socketTimeout == null ? 0 : (int) socketTimeout.toMillis());
  }
}
