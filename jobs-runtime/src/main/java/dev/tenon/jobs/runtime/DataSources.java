package dev.tenon.jobs.runtime;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.internal.sql.DatabaseUrl;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools of connections of a runtime. Tenon's own pools connect when a connection is requested,
 * keep one, and close connections that were not used for half a minute. Thread-safe.
 */
final class DataSources implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataSources.class);

  private static final int MAIN_CONNECTIONS = 8;

  /**
   * The size of the control pool: claimer, recorder, dispatcher, maintenance and health use one
   * connection each, and the records of steps two.
   */
  private static final int CONTROL_CONNECTIONS = 7;

  private static final ConnectionOptions MAIN =
      new ConnectionOptions("", Duration.ofSeconds(60), false);

  /**
   * The options of control connections. The timeout is shorter than a worker's silence before it
   * counts as lost.
   */
  private static final ConnectionOptions CONTROL =
      new ConnectionOptions("control", Duration.ofSeconds(10), true);

  /**
   * The options of heartbeat connections. The timeout leaves time for another heartbeat before the
   * worker counts as lost.
   */
  private static final ConnectionOptions HEARTBEAT =
      new ConnectionOptions("heartbeat", Duration.ofSeconds(5), true);

  /** The options of connections for people, who prefer an early error to a late answer. */
  private static final ConnectionOptions MONITOR =
      new ConnectionOptions("monitor", Duration.ofSeconds(3), false);

  private static final ConnectionOptions LISTENER = new ConnectionOptions("listener", null, false);

  private static final ConnectionOptions START =
      new ConnectionOptions("start", Duration.ofSeconds(10), false);

  private static final ConnectionOptions MIGRATIONS =
      new ConnectionOptions("migrations", null, false);

  private static final Duration MAIN_PATIENCE = Duration.ofSeconds(30);
  private static final Duration CONTROL_PATIENCE = Duration.ofSeconds(5);
  private static final Duration MONITOR_PATIENCE = Duration.ofSeconds(2);
  private static final int MONITOR_CONNECTIONS = 3;
  private static final Duration MAX_VALIDATION = Duration.ofSeconds(1);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

  private static final String GIVEN = "behind dataSource(…)";

  private final String place;
  private final DataSource main;
  private final DataSource control;
  private final DataSource heartbeat;
  private final DataSource monitor;

  /** The source of the runtime's own connections; null if it only has those of the application. */
  private final @Nullable ConnectionSource own;

  private final List<HikariDataSource> ownPools;

  private DataSources(
      String place,
      DataSource main,
      DataSource control,
      DataSource heartbeat,
      DataSource monitor,
      @Nullable ConnectionSource own,
      List<HikariDataSource> ownPools) {
    this.place = place;
    this.main = main;
    this.control = control;
    this.heartbeat = heartbeat;
    this.monitor = monitor;
    this.own = own;
    this.ownPools = ownPools;
  }

  /** Creates the runtime's own pools. */
  static DataSources open(String url, String user, String password) {
    ConnectionSource source = ConnectionSource.of(url, user, password);
    HikariDataSource main = pool(source.with(MAIN), MAIN, MAIN_CONNECTIONS, MAIN_PATIENCE);
    HikariDataSource control = controlPool(source);
    HikariDataSource heartbeat = heartbeatPool(source);
    HikariDataSource monitor = monitorPool(source);
    return new DataSources(
        DatabaseUrl.place(url),
        main,
        control,
        heartbeat,
        monitor,
        source,
        List.of(main, control, heartbeat, monitor));
  }

  /**
   * Uses the application's pool and, for control, another pool of the application or one of the
   * runtime.
   */
  static DataSources of(DataSource main, @Nullable DataSource control) {
    if (control != null) {
      return new DataSources(GIVEN, main, control, control, main, null, List.of());
    }
    if (main instanceof HikariDataSource pool) {
      ConnectionSource source = new PoolTemplate(pool);
      HikariDataSource ownControl = controlPool(source);
      HikariDataSource heartbeat = heartbeatPool(source);
      HikariDataSource monitor = monitorPool(source);
      String url = pool.getJdbcUrl();
      return new DataSources(
          url == null ? GIVEN : DatabaseUrl.place(url),
          main,
          ownControl,
          heartbeat,
          monitor,
          source,
          List.of(ownControl, heartbeat, monitor));
    }
    LOG.warn(
        "Heartbeats and outcomes share the data source of the application. If its handlers use up all connections, the worker counts as lost. Set controlDataSource, or pass a"
            + " HikariDataSource.");
    return new DataSources(GIVEN, main, main, main, main, null, List.of());
  }

  private static HikariDataSource controlPool(ConnectionSource source) {
    return pool(trusted(source, CONTROL), CONTROL, CONTROL_CONNECTIONS, CONTROL_PATIENCE);
  }

  private static HikariDataSource heartbeatPool(ConnectionSource source) {
    return pool(trusted(source, HEARTBEAT), HEARTBEAT, 1, CONTROL_PATIENCE);
  }

  private static HikariDataSource monitorPool(ConnectionSource source) {
    HikariDataSource pool =
        pool(source.with(MONITOR), MONITOR, MONITOR_CONNECTIONS, MONITOR_PATIENCE);
    pool.setMinimumIdle(0);
    pool.setValidationTimeout(MAX_VALIDATION.toMillis());
    return pool;
  }

  /**
   * A pool for threads that retry automatically, and often have one statement every few seconds.
   */
  private static DataSource trusted(ConnectionSource source, ConnectionOptions options) {
    TrustedConnection.Pool pool = new TrustedConnection.Pool();
    return new PhysicalConnections(
        () -> pool.trusted(StatementBounds.set(source.open(options), options.socketTimeout())));
  }

  private static HikariDataSource pool(
      DataSource source, ConnectionOptions options, int connections, Duration patience) {
    // It connects when it is first used, which is after the checks at the start
    HikariDataSource pool = new HikariDataSource();
    pool.setDataSource(source);
    pool.setPoolName(options.applicationName(null));
    pool.setMaximumPoolSize(connections);
    // A process without workers has no heartbeats, and needs no connection for them
    pool.setMinimumIdle(connections == 1 ? 0 : 1);
    pool.setIdleTimeout(IDLE_TIMEOUT.toMillis());
    pool.setConnectionTimeout(patience.toMillis());
    pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    pool.setInitializationFailTimeout(-1);
    try {
      pool.setExceptionOverride(ReadOnlyServers.EVICT);
    } catch (LinkageError e) {
      LOG.debug("This version of HikariCP cannot be configured to leave a read-only server.", e);
    }
    return pool;
  }

  /** The pool for submitting and reading. */
  DataSource main() {
    return main;
  }

  /** The pool for claims, outcomes and maintenance, which must not wait behind anything else. */
  DataSource control() {
    return control;
  }

  /** The pool for heartbeats, which must not wait behind claims. */
  DataSource heartbeat() {
    return heartbeat;
  }

  /** The pool for people who look at jobs. */
  DataSource monitor() {
    return monitor;
  }

  /**
   * The connections for the checks at the start. They do not come from the pools, which would hide
   * problems.
   */
  DataSource checking() {
    return own == null ? main : own.with(START);
  }

  /**
   * The connections for migrations, without a limit on statements. Migrations need more than one,
   * which a small pool of the application may not have.
   */
  DataSource migrating() {
    return own == null ? main : own.with(MIGRATIONS);
  }

  /**
   * The source of a connection that listens to notifications all the time; null if the runtime can
   * only borrow connections of the application.
   */
  @Nullable DataSource listening() {
    return own == null ? null : own.with(LISTENER);
  }

  /** Returns true if the runtime can connect without the application's pool. */
  boolean hasOwnConnections() {
    return own != null;
  }

  /** Returns true if the pool for submitting and reading is the runtime's own. */
  boolean ownsMain() {
    return main instanceof HikariDataSource && ownPools.contains(main);
  }

  /** Returns true if the control pool comes from the application. */
  boolean hasForeignControl() {
    return control != main && ownPools.isEmpty();
  }

  /** The address of PostgreSQL as it may be shown, such as {@code at localhost/app}. */
  String place() {
    return place;
  }

  /** Closes the pools that the runtime created. */
  @Override
  public void close() {
    ownPools.forEach(HikariDataSource::close);
  }
}
