package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.ConnectionProvider;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of a data source. Each statement commits unless a transaction was begun, whatever
 * the pool has set: on a connection with {@code autoCommit=false}, it would be rolled back silently
 * when the connection is returned. Failures become exceptions of the store. Thread-safe.
 */
final class StoreConnections implements ConnectionProvider {

  private static final Logger LOG = LoggerFactory.getLogger(StoreConnections.class);

  private final DataSource dataSource;

  /** The connections in use that the pool has handed out with {@code autoCommit=false}. */
  private final Set<Connection> withoutAutoCommit =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  /**
   * The maximum time that the server may be silent while a statement runs; null to leave that to
   * the pool.
   */
  private final @Nullable Duration maxSilence;

  /** The previous limits in milliseconds, for connections that got a lower one. */
  private final Map<Connection, Integer> silenceBefore =
      Collections.synchronizedMap(new IdentityHashMap<>());

  StoreConnections(DataSource dataSource) {
    this(dataSource, null);
  }

  /**
   * Creates connections whose statements fail when the server has been silent for that long.
   *
   * @param maxSilence the limit, used if the pool has set none or a longer one
   */
  StoreConnections(DataSource dataSource, @Nullable Duration maxSilence) {
    this.dataSource = dataSource;
    this.maxSilence = maxSilence;
  }

  @Override
  public Connection acquire() {
    try {
      Connection connection = dataSource.getConnection();
      prepare(connection);
      return connection;
    } catch (SQLException | RuntimeException e) {
      throw StoreExceptions.of(e);
    }
  }

  private void prepare(Connection connection) throws SQLException {
    try {
      if (!connection.getAutoCommit()) {
        connection.setAutoCommit(true);
        withoutAutoCommit.add(connection);
      }
      if (maxSilence != null) {
        limitSilence(connection, (int) maxSilence.toMillis());
      }
    } catch (SQLException | RuntimeException | Error e) {
      withoutAutoCommit.remove(connection);
      try {
        connection.close();
      } catch (SQLException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private void limitSilence(Connection connection, int millis) throws SQLException {
    try {
      int before = connection.getNetworkTimeout();
      if (before == 0 || before > millis) {
        connection.setNetworkTimeout(Runnable::run, millis);
        silenceBefore.put(connection, before);
      }
    } catch (SQLFeatureNotSupportedException e) {
      LOG.debug("The driver has no network timeout, so statements may wait longer.", e);
    }
  }

  @Override
  public void release(Connection connection) {
    boolean restores = withoutAutoCommit.remove(connection);
    Integer silence = silenceBefore.remove(connection);
    try (connection) {
      // A broken connection refuses it, and the pool throws it away
      if (connection.isClosed()) {
        return;
      }
      if (silence != null) {
        connection.setNetworkTimeout(Runnable::run, silence);
      }
      if (restores) {
        connection.setAutoCommit(false);
      }
    } catch (SQLException e) {
      throw StoreExceptions.of(e);
    }
  }
}
