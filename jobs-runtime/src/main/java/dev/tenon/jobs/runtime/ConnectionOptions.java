package dev.tenon.jobs.runtime;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The options that all connections of one pool share.
 *
 * @param purpose the end of {@code ApplicationName}, such as {@code control}; empty for submitting
 *     and reading
 * @param socketTimeout the time that a statement may go without an answer before its connection
 *     counts as dead; null for no limit
 * @param plansEachTime true if each statement is planned when it is executed, for the size of the
 *     tables at that time. Otherwise PostgreSQL keeps the plans of statements that are repeated:
 *     one that was best for an empty table can be a thousand times too slow for a backlog.
 */
record ConnectionOptions(String purpose, @Nullable Duration socketTimeout, boolean plansEachTime) {

  /** The longest time for connecting and logging in together. */
  static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(6);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * The longest time for connecting and logging in together, if there are several hosts: hosts that
   * hang leave time for the next. It is shorter than the time for the checks at the start.
   */
  private static final Duration LOGIN_TIMEOUT_OF_ALL = Duration.ofSeconds(8);

  private static final Duration CONNECT_TIMEOUT_OF_EACH = Duration.ofSeconds(3);

  /**
   * The longest silence of each of several hosts after a request for TLS. After that the driver
   * tries the same host without TLS, unless the URL forbids it.
   */
  private static final Duration TLS_SILENCE_OF_EACH = Duration.ofSeconds(2);

  /** The longest silence of each of several hosts during the login. */
  private static final Duration LOGIN_SILENCE_OF_EACH = Duration.ofSeconds(3);

  private static final String NAME = "tenon";

  /**
   * The name in {@code pg_stat_activity}: that of the application, and the purpose. A pool that an
   * integration has made for Tenon already has Tenon's name.
   */
  String applicationName(@Nullable String application) {
    String name = purpose.isEmpty() ? NAME : NAME + "-" + purpose;
    return application == null || application.isBlank() || application.equals(NAME)
        ? name
        : application + "-" + name;
  }

  /**
   * Adds the properties that let PostgreSQL's driver notice that the other end is gone; otherwise a
   * thread would wait for hours.
   *
   * @param severalHosts true if the driver may try another host when one does not answer. Then call
   *     {@link #loggedIn} after the login.
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
    // The message of PostgreSQL about a row that it refuses may quote the payload
    properties.setProperty("logServerErrorDetail", "false");
  }

  /** Sets the timeout of these options on a connection that is logged in. */
  void loggedIn(Connection connection) throws SQLException {
    connection.setNetworkTimeout(
        Runnable::run, socketTimeout == null ? 0 : (int) socketTimeout.toMillis());
  }
}
