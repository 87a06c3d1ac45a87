package dev.tenon.jobs.runtime;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections as a pool of the application does: to the same database, as the same user, with
 * the same first statement. Nothing else of the pool is copied: neither its name and size nor its
 * monitoring (metrics, health checks, JMX, leak detection). Thread-safe.
 */
record PoolTemplate(HikariDataSource pool) implements ConnectionSource {

  private static final Logger LOG = LoggerFactory.getLogger(PoolTemplate.class);

  private record Login(@Nullable String user, @Nullable String password) {}

  @Override
  public Connection open(ConnectionOptions options) throws SQLException {
    Login login = login();
    DataSource source = pool.getDataSource();
    Connection connection;
    if (source == null && pool.getDataSourceClassName() == null && pool.getJdbcUrl() != null) {
      Properties properties = new Properties();
      properties.putAll(pool.getDataSourceProperties());
      if (login.user() != null) {
        properties.setProperty("user", login.user());
      }
      if (login.password() != null) {
        properties.setProperty("password", login.password());
      }
      connection = ConnectionSource.connect(pool.getJdbcUrl(), properties, options);
    } else {
      connection = connect(source == null ? madeByPool() : source, login);
      configure(connection, options);
    }
    initialize(connection);
    return connection;
  }

  /**
   * The login, which is read for each connection: a provider or a subclass of the pool may change
   * it.
   */
  private Login login() {
    try {
      if (pool.getCredentialsProvider() != null) {
        var credentials = pool.getCredentialsProvider().getCredentials();
        return new Login(credentials.getUsername(), credentials.getPassword());
      }
    } catch (NoSuchMethodError e) {
      LOG.debug("This version of HikariCP has no providers of credentials.", e);
    }
    return new Login(pool.getUsername(), pool.getPassword());
  }

  /** The data source that the pool created from a class name or found by JNDI. */
  private DataSource madeByPool() throws SQLException {
    if (pool.getHikariPoolMXBean() == null) {
      // A pool starts at its first connection
      pool.getConnection().close();
    }
    return ((HikariPool) pool.getHikariPoolMXBean()).getUnwrappedDataSource();
  }

  private static Connection connect(DataSource source, Login login) throws SQLException {
    return login.user() == null
        ? source.getConnection()
        : source.getConnection(login.user(), login.password());
  }

  private static void configure(Connection connection, ConnectionOptions options)
      throws SQLException {
    try {
      connection.setClientInfo(
          ConnectionSource.ApplicationName.PROPERTY, options.applicationName(null));
    } catch (SQLClientInfoException e) {
      LOG.debug("The driver does not support ApplicationName; the connection keeps its name.", e);
    }
    if (options.socketTimeout() != null) {
      try {
        connection.setNetworkTimeout(Runnable::run, (int) options.socketTimeout().toMillis());
      } catch (SQLFeatureNotSupportedException e) {
        LOG.debug("The driver does not support network timeouts; statements may wait forever.", e);
      }
    }
  }

  private void initialize(Connection connection) throws SQLException {
    String sql = pool.getConnectionInitSql();
    if (sql == null) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
  }
}
