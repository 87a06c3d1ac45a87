package dev.tenon.jobs.runtime;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Has the server cancel a connection's statements before the client stops waiting for an answer.
 * Otherwise a statement would continue after its client has given up, and keep its locks, and each
 * new try would add another one.
 */
final class StatementBounds {

  /** The share of the client's patience that the server leaves for the answer. */
  private static final int SHARE_FOR_THE_ANSWER = 10;

  /** The share of a statement's time that it may wait for the locks of others. */
  private static final int SHARE_FOR_LOCKS = 2;

  /**
   * Sets the limits that are not tighter already, for the life of the connection. It does nothing
   * behind a pooler such as PgBouncer, where others would get the same connection to the server
   * next; a pooler reports an invented process id to its clients.
   */
  private static final String SET =
      """
      SELECT set_config(bound.name, bound.millis, false)
      FROM (VALUES ('statement_timeout', ?), ('lock_timeout', ?)) AS bound (name, millis)
      WHERE pg_backend_pid() = ?
        AND current_setting(bound.name)::interval NOT BETWEEN interval '1 millisecond'
          AND bound.millis::bigint * interval '1 millisecond'
      """;

  private StatementBounds() {}

  /**
   * Sets the limits of a connection, if it is one to PostgreSQL, and returns it.
   *
   * @param patience the time that the client waits for an answer, unless the connection has its own
   *     timeout; null if it waits without a limit
   */
  static Connection set(Connection connection, @Nullable Duration patience) throws SQLException {
    try {
      long millis = patienceMillis(connection, patience);
      if (millis > 0 && connection.isWrapperFor(PGConnection.class)) {
        set(connection, millis - millis / SHARE_FOR_THE_ANSWER);
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      try {
        connection.close();
      } catch (SQLException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private static long patienceMillis(Connection connection, @Nullable Duration patience)
      throws SQLException {
    long millis = patience == null ? 0 : patience.toMillis();
    try {
      int own = connection.getNetworkTimeout();
      return own > 0 ? own : millis;
    } catch (SQLFeatureNotSupportedException e) {
      return millis;
    }
  }

  private static void set(Connection connection, long millis) throws SQLException {
    int processId = connection.unwrap(PGConnection.class).getBackendPID();
    try (PreparedStatement statement = connection.prepareStatement(SET)) {
      statement.setString(1, Long.toString(millis));
      statement.setString(2, Long.toString(Math.max(1, millis / SHARE_FOR_LOCKS)));
      statement.setInt(3, processId);
      statement.execute();
    }
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
  }
}
