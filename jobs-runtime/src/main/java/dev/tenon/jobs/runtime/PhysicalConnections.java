package dev.tenon.jobs.runtime;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source that opens a new connection at each call, for a pool to keep. Settings that a pool
 * makes on this data source do not reach the application's data source behind it. Thread-safe.
 */
final class PhysicalConnections implements DataSource {

  private final Opener opener;

  /** Opens a connection. */
  @FunctionalInterface
  interface Opener {
    Connection open() throws SQLException;
  }

  PhysicalConnections(Opener opener) {
    this.opener = opener;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return opener.open();
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("The user is the one that was configured.");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    // The application that created the data source decides where it logs
  }

  @Override
  public void setLoginTimeout(int seconds) {
    // The properties of the connections limit the time for logging in
  }

  @Override
  public int getLoginTimeout() {
    // HikariCP waits as long for a connection that is being opened when its pool is closed
    return (int) ConnectionOptions.LOGIN_TIMEOUT.toSeconds();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("There is no logger.");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new SQLException("Not a wrapper for " + type.getName());
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
