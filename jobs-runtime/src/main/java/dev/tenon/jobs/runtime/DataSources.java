package dev.tenon.jobs.runtime;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pools of connections of a runtime. Thread-safe. */
final class DataSources implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataSources.class);
  private static final int MAIN_CONNECTIONS = 8;

  /** Claimer, recorder, heartbeat, dispatcher and upkeep use one connection each. */
  private static final int CONTROL_CONNECTIONS = 6;

  private static final long CONTROL_TIMEOUT_MILLIS = 5_000;

  /** Shorter than a worker's silence after which it counts as lost. */
  private static final int CONTROL_SOCKET_TIMEOUT_SECONDS = 10;

  private static final int MAIN_SOCKET_TIMEOUT_SECONDS = 60;
  private static final String CONNECT_TIMEOUT_SECONDS = "5";

  private final DataSource main;
  private final DataSource control;
  private final @Nullable HikariConfig forMigrations;
  private final List<HikariDataSource> ownPools;

  private DataSources(
      DataSource main,
      DataSource control,
      @Nullable HikariConfig forMigrations,
      List<HikariDataSource> ownPools) {
    this.main = main;
    this.control = control;
    this.forMigrations = forMigrations;
    this.ownPools = ownPools;
  }

  /** Pools of the runtime's own. */
  static DataSources open(String url, String user, String password) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    // What PostgreSQL says of a row that it refuses may quote the payload
    config.addDataSourceProperty("logServerErrorDetail", "false");
    HikariConfig mainConfig = copy(config, "tenon", MAIN_CONNECTIONS);
    noticeDeadConnections(mainConfig, MAIN_SOCKET_TIMEOUT_SECONDS);
    HikariDataSource main = new HikariDataSource(mainConfig);
    HikariDataSource control = controlPool(config);
    return new DataSources(main, control, config, List.of(main, control));
  }

  /**
   * The application's pool, and beside it one for control, the application's or the runtime's own.
   */
  static DataSources of(DataSource main, @Nullable DataSource control) {
    if (control != null) {
      return new DataSources(main, control, null, List.of());
    }
    if (main instanceof HikariDataSource pool) {
      HikariDataSource own = controlPool(pool);
      return new DataSources(main, own, null, List.of(own));
    }
    LOG.warn(
        "Heartbeats and outcomes share the data source of the application: if its handlers use up all"
            + " connections, the worker is taken for dead. Set controlDataSource, or give a"
            + " HikariDataSource.");
    return new DataSources(main, main, null, List.of());
  }

  private static HikariDataSource controlPool(HikariConfig template) {
    HikariConfig config = copy(template, "tenon-control", CONTROL_CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONTROL_TIMEOUT_MILLIS);
    noticeDeadConnections(config, CONTROL_SOCKET_TIMEOUT_SECONDS);
    return new HikariDataSource(config);
  }

  private static HikariConfig copy(HikariConfig template, String name, int connections) {
    HikariConfig config = new HikariConfig();
    template.copyStateTo(config);
    config.setPoolName(name);
    config.setMaximumPoolSize(connections);
    return config;
  }

  /** A connection whose other end is gone without a word would block its thread for hours. */
  private static void noticeDeadConnections(HikariConfig config, int socketTimeoutSeconds) {
    config.addDataSourceProperty("socketTimeout", Integer.toString(socketTimeoutSeconds));
    config.addDataSourceProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
    config.addDataSourceProperty("tcpKeepAlive", "true");
  }

  /** For submitting and reading. */
  DataSource main() {
    return main;
  }

  /** For claims, outcomes, heartbeats and upkeep, which must not wait behind anything else. */
  DataSource control() {
    return control;
  }

  /** Has migrations done over connections on which a statement may take its time. */
  void migrate(Consumer<DataSource> migrations) {
    if (forMigrations == null) {
      migrations.accept(main);
      return;
    }
    try (HikariDataSource pool = new HikariDataSource(copy(forMigrations, "tenon-migrations", 2))) {
      migrations.accept(pool);
    }
  }

  /** Closes the pools that the runtime made. */
  @Override
  public void close() {
    ownPools.forEach(HikariDataSource::close);
  }
}
