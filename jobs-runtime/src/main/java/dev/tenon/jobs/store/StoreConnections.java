package dev.tenon.jobs.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jooq.ConnectionProvider;

/** The connections of a data source, whose failures are exceptions of the store. Thread-safe. */
final class StoreConnections implements ConnectionProvider {

  private final DataSource dataSource;

  StoreConnections(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public Connection acquire() {
    try {
      return dataSource.getConnection();
    } catch (SQLException | RuntimeException e) {
      throw StoreExceptions.of(e);
    }
  }

  @Override
  public void release(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      throw StoreExceptions.of(e);
    }
  }
}
