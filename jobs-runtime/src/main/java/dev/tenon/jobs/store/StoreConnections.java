package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.jooq.ConnectionProvider;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The connections of a data source. Each statement commits unless a transaction was begun, whatever
 * the pool has set: on a connection with {@code autoCommit=false} it would be rolled back without a
 * word when the connection goes back. Failures are exceptions of the store. Thread-safe.
 */
final class StoreConnections implements ConnectionProvider {

  private final DataSource dataSource;

  /** Connections in use that the pool has given with {@code autoCommit=false}. */
  private final Set<Connection> withoutAutoCommit =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  StoreConnections(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public Connection acquire() {
    try {
      Connection connection = dataSource.getConnection();
      if (!connection.getAutoCommit()) {
        setAutoCommit(connection);
        withoutAutoCommit.add(connection);
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      throw StoreExceptions.of(e);
    }
  }

  private static void setAutoCommit(Connection connection) throws SQLException {
    try {
      connection.setAutoCommit(true);
    } catch (SQLException | RuntimeException e) {
      try {
        connection.close();
      } catch (SQLException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  @Override
  public void release(Connection connection) {
    boolean restores = withoutAutoCommit.remove(connection);
    try (connection) {
      // A broken connection refuses it, and the pool throws it away
      if (restores && !connection.isClosed()) {
        connection.setAutoCommit(false);
      }
    } catch (SQLException e) {
      throw StoreExceptions.of(e);
    }
  }
}
