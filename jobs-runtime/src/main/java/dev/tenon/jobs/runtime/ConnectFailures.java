package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.background.LoggableFailure;
import java.net.UnknownHostException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Explains to operators why a connection to PostgreSQL fails. Messages of the server are passed on.
 * Messages of drivers and pools are not, because they quote URLs, which may contain passwords.
 */
final class ConnectFailures {

  /** The SQL state of a statement that has waited for a lock for too long. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private ConnectFailures() {}

  /**
   * Explains the problem and what to do about it.
   *
   * @param failure the exception of the driver, the pool or the store
   * @param place the address of PostgreSQL as it may be shown, such as {@code at localhost/app}
   */
  static String explain(Throwable failure, String place) {
    UnknownHostException unknown = find(failure, UnknownHostException.class);
    if (unknown != null) {
      return "The host name of PostgreSQL %s cannot be resolved. Check it in the URL."
          .formatted(place);
    }
    SSLException ssl = find(failure, SSLException.class);
    if (ssl != null) {
      return "PostgreSQL %s and this process do not agree on TLS: %s. Check sslmode and sslrootcert in the URL."
          .formatted(place, ssl.getMessage());
    }
    SQLException sql = lastWithState(failure);
    String state = sqlState(failure);
    String said = sql == null ? "" : said(sql);
    return switch (state) {
      case "28P01" ->
          "PostgreSQL %s refuses the login%s. Check user and password.".formatted(place, said);
      case "28000" ->
          "PostgreSQL %s refuses the login%s. Check the user, its right to log in, pg_hba.conf, and whether TLS is required (sslmode in the URL)."
              .formatted(place, said);
      case "3D000" ->
          "There is no such database %s%s. Check its name in the URL, or create it with CREATE DATABASE."
              .formatted(place, said);
      case "42501" ->
          "The user may not connect to PostgreSQL %s%s. Grant the right with GRANT CONNECT ON DATABASE."
              .formatted(place, said);
      case "53300" ->
          "PostgreSQL %s has no free connections%s. Raise max_connections, or the limit of the user or the database, or close other connections."
              .formatted(place, said);
      case "57P03" ->
          "PostgreSQL %s accepts no connections at the moment%s. Start again when it is up."
              .formatted(place, said);
      case "57P01", "57P02" ->
          "PostgreSQL %s was shut down%s. Start again when it is up.".formatted(place, said);
      case "08004" ->
          "PostgreSQL %s and this process do not agree on how to log in. Check that there is a password, and check sslmode in the URL."
              .formatted(place);
      case "08P01" ->
          "The server %s does not speak PostgreSQL's protocol%s. Check host and port in the URL."
              .formatted(place, said);
      case "08006", "08003" ->
          "The connection to PostgreSQL %s broke, or did not answer in time. Check that the server is running, and that host and port in the URL are those of PostgreSQL."
              .formatted(place);
      case "08001" ->
          "PostgreSQL %s does not accept a connection, or does not answer. Check host and port in the URL, firewalls, and that the server runs."
              .formatted(place);
      default ->
          "PostgreSQL %s cannot be used (%s%s)."
              .formatted(place, LoggableFailure.describe(sql == null ? failure : sql), said);
    };
  }

  /**
   * Explains why a migration failed. Its statements contain no values, so the messages about them
   * may be shown.
   */
  static String explainMigration(Throwable failure, String place) {
    String state = sqlState(failure);
    if (state.isEmpty() || state.startsWith("08") || state.startsWith("57P")) {
      String own = failure.getMessage();
      return state.isEmpty() && own != null && !own.contains("jdbc:")
          ? own.strip()
          : explain(failure, place);
    }
    if (state.equals(LOCK_NOT_AVAILABLE)) {
      return "A transaction holds a lock on Tenon's tables (SQL state %s). The schema is as it was. Wait until that transaction has ended, or end it (pg_stat_activity shows it), and start again."
          .formatted(state);
    }
    SQLException sql = lastWithState(failure);
    return "PostgreSQL refuses a statement%s, SQL state %s. The schema is as it was. Fix the cause and start again."
        .formatted(sql == null ? "" : said(sql), state);
  }

  /** The SQL state of a failure; empty if it has none. */
  static String sqlState(Throwable failure) {
    SQLException sql = lastWithState(failure);
    return sql == null ? "" : sql.getSQLState();
  }

  /**
   * The message of the server, in brackets. The server never quotes a password, but the driver may.
   */
  private static String said(SQLException sql) {
    String message = sql.getMessage();
    if (message == null || !message.matches("(?s)[A-Z]+: .*")) {
      return "";
    }
    return " (" + message.lines().findFirst().orElse("").strip() + ")";
  }

  private static @Nullable SQLException lastWithState(Throwable failure) {
    SQLException last = null;
    for (Throwable each : LoggableFailure.chain(failure)) {
      if (each instanceof SQLException sql && sql.getSQLState() != null) {
        last = sql;
      }
    }
    return last;
  }

  private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    return LoggableFailure.chain(failure).stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElse(null);
  }
}
