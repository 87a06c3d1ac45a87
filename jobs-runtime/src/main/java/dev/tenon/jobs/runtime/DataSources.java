package dev.tenon.jobs.runtime;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools of connections of a runtime. Pools of Tenon's own connect when a connection is asked
 * for, keep one, and close what was not used for half a minute. Thread-safe.
 */
final class DataSources implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataSources.class);

  private static final int MAIN_CONNECTIONS = 8;

  /** Claimer, recorder, dispatcher and upkeep use one connection each, and health another one. */
  private static final int CONTROL_CONNECTIONS = 5;

  private static final ConnectionOptions MAIN = new ConnectionOptions("", Duration.ofSeconds(60));

  /** Shorter than a worker's silence after which it counts as lost. */
  private static final ConnectionOptions CONTROL =
      new ConnectionOptions("control", Duration.ofSeconds(10));

  /** Short enough for another heartbeat before the worker counts as lost. */
  private static final ConnectionOptions HEARTBEAT =
      new ConnectionOptions("heartbeat", Duration.ofSeconds(5));

  private static final ConnectionOptions MIGRATIONS = new ConnectionOptions("migrations", null);

  private static final Duration MAIN_PATIENCE = Duration.ofSeconds(30);
  private static final Duration CONTROL_PATIENCE = Duration.ofSeconds(5);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

  private final DataSource main;
  private final DataSource control;
  private final DataSource heartbeat;

  /** How the runtime connects by itself; null if it has no connections but the application's. */
  private final @Nullable ConnectionSource own;

  private final List<HikariDataSource> ownPools;

  private DataSources(
      DataSource main,
      DataSource control,
      DataSource heartbeat,
      @Nullable ConnectionSource own,
      List<HikariDataSource> ownPools) {
    this.main = main;
    this.control = control;
    this.heartbeat = heartbeat;
    this.own = own;
    this.ownPools = ownPools;
  }

  /** Pools of the runtime's own. */
  static DataSources open(String url, String user, String password) {
    ConnectionSource source = ConnectionSource.of(url, user, password);
    HikariDataSource main = pool(source, MAIN, MAIN_CONNECTIONS, MAIN_PATIENCE);
    HikariDataSource control = controlPool(source);
    HikariDataSource heartbeat = heartbeatPool(source);
    return new DataSources(main, control, heartbeat, source, List.of(main, control, heartbeat));
  }

  /**
   * The application's pool, and beside it one for control, the application's or the runtime's own.
   */
  static DataSources of(DataSource main, @Nullable DataSource control) {
    if (control != null) {
      return new DataSources(main, control, control, null, List.of());
    }
    if (main instanceof HikariDataSource pool) {
      ConnectionSource source = new PoolTemplate(pool);
      HikariDataSource ownControl = controlPool(source);
      HikariDataSource heartbeat = heartbeatPool(source);
      return new DataSources(main, ownControl, heartbeat, source, List.of(ownControl, heartbeat));
    }
    LOG.warn(
        "Heartbeats and outcomes share the data source of the application: if its handlers use up all"
            + " connections, the worker is taken for dead. Set controlDataSource, or give a"
            + " HikariDataSource.");
    return new DataSources(main, main, main, null, List.of());
  }

  private static HikariDataSource controlPool(ConnectionSource source) {
    return pool(source, CONTROL, CONTROL_CONNECTIONS, CONTROL_PATIENCE);
  }

  private static HikariDataSource heartbeatPool(ConnectionSource source) {
    return pool(source, HEARTBEAT, 1, CONTROL_PATIENCE);
  }

  private static HikariDataSource pool(
      ConnectionSource source, ConnectionOptions options, int connections, Duration patience) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source.with(options));
    config.setPoolName(options.applicationName(null));
    config.setMaximumPoolSize(connections);
    // A process without workers has no heartbeats, and needs no connection for them
    config.setMinimumIdle(connections == 1 ? 0 : 1);
    config.setIdleTimeout(IDLE_TIMEOUT.toMillis());
    config.setConnectionTimeout(patience.toMillis());
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /** For submitting and reading. */
  DataSource main() {
    return main;
  }

  /** For claims, outcomes and upkeep, which must not wait behind anything else. */
  DataSource control() {
    return control;
  }

  /** For heartbeats, which must not wait behind claims. */
  DataSource heartbeat() {
    return heartbeat;
  }

  /**
   * Has migrations done over connections on which a statement may take its time. They need more
   * than one, which a small pool of the application may not have.
   */
  void migrate(Consumer<DataSource> migrations) {
    migrations.accept(own == null ? main : own.with(MIGRATIONS));
  }

  /** Closes the pools that the runtime made. */
  @Override
  public void close() {
    ownPools.forEach(HikariDataSource::close);
  }
}
