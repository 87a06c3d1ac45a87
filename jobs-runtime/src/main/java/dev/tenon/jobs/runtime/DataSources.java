package dev.tenon.jobs.runtime;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools of connections of a runtime.
 *
 * @param main for submitting and reading
 * @param control for claims, outcomes, heartbeats and upkeep, which must not wait behind anything
 *     else
 * @param ownPools those that the runtime made, and closes
 */
record DataSources(DataSource main, DataSource control, List<HikariDataSource> ownPools) {

  private static final Logger LOG = LoggerFactory.getLogger(DataSources.class);
  private static final int MAIN_CONNECTIONS = 8;

  /** Claimer, recorder, heartbeat, dispatcher and upkeep use one connection each. */
  private static final int CONTROL_CONNECTIONS = 6;

  private static final long CONTROL_TIMEOUT_MILLIS = 5_000;

  /** Shorter than a worker's silence after which it counts as lost. */
  private static final int CONTROL_SOCKET_TIMEOUT_SECONDS = 10;

  private static final int MAIN_SOCKET_TIMEOUT_SECONDS = 60;
  private static final String CONNECT_TIMEOUT_SECONDS = "5";

  /** Pools of the runtime's own. */
  static DataSources open(String url, String user, String password) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setPoolName("tenon");
    config.setMaximumPoolSize(MAIN_CONNECTIONS);
    noticeDeadConnections(config, MAIN_SOCKET_TIMEOUT_SECONDS);
    HikariDataSource main = new HikariDataSource(config);
    HikariDataSource control = controlPool(config);
    return new DataSources(main, control, List.of(main, control));
  }

  /**
   * The application's pool, and beside it one for control, the application's or the runtime's own.
   */
  static DataSources of(DataSource main, @Nullable DataSource control) {
    List<HikariDataSource> own = new ArrayList<>();
    DataSource controlOrOwn = control;
    if (controlOrOwn == null && main instanceof HikariDataSource pool) {
      HikariConfig config = new HikariConfig();
      pool.copyStateTo(config);
      HikariDataSource made = controlPool(config);
      own.add(made);
      controlOrOwn = made;
    }
    if (controlOrOwn == null) {
      LOG.warn(
          "Heartbeats and outcomes share the data source of the application: if its handlers use up all"
              + " connections, the worker is taken for dead. Set controlDataSource, or give a"
              + " HikariDataSource.");
      controlOrOwn = main;
    }
    return new DataSources(main, controlOrOwn, own);
  }

  /** A connection whose other end is gone without a word would block its thread for hours. */
  private static void noticeDeadConnections(HikariConfig config, int socketTimeoutSeconds) {
    config.addDataSourceProperty("socketTimeout", Integer.toString(socketTimeoutSeconds));
    config.addDataSourceProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
    config.addDataSourceProperty("tcpKeepAlive", "true");
  }

  private static HikariDataSource controlPool(HikariConfig template) {
    HikariConfig config = new HikariConfig();
    template.copyStateTo(config);
    config.setPoolName("tenon-control");
    config.setMaximumPoolSize(CONTROL_CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONTROL_TIMEOUT_MILLIS);
    noticeDeadConnections(config, CONTROL_SOCKET_TIMEOUT_SECONDS);
    return new HikariDataSource(config);
  }
}
