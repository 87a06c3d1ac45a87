package dev.tenon.jobs.runtime;

import dev.tenon.jobs.background.BackgroundLoop;
import dev.tenon.jobs.store.NotifyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to what other processes tell workers over PostgreSQL, on a connection of its own. Behind
 * a pooler that changes the server's connection with each transaction nothing arrives; workers then
 * find their jobs when they look into the table.
 *
 * @see <a href="https://jdbc.postgresql.org/documentation/server-prepare/#listen--notify">Listen
 *     and notify with PostgreSQL's driver</a>
 */
final class PostgresListener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresListener.class);

  /** How long to wait for a notification before looking whether the connection is alive. */
  private static final Duration WAIT = Duration.ofSeconds(10);

  private static final Duration ALIVE_WITHIN = Duration.ofSeconds(5);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(2);

  private final DataSource dataSource;
  private final String schema;
  private final Consumer<WorkerNotice> workers;
  private final BackgroundLoop loop;
  private volatile @Nullable Connection connection;

  /**
   * A listener; {@link #start()} starts it.
   *
   * @param dataSource opens a new connection at each call
   * @param workers are told what was heard
   */
  PostgresListener(DataSource dataSource, String schema, Consumer<WorkerNotice> workers) {
    this.dataSource = dataSource;
    this.schema = schema;
    this.workers = workers;
    this.loop =
        BackgroundLoop.named("tenon-listener")
            .description("Listening to the notifications of other processes")
            .whatFollowsAFailure("Workers look into the table four times a second.")
            .retryPause(Duration.ofSeconds(1), Duration.ofSeconds(10))
            .repeat(this::listen);
  }

  void start() {
    loop.start();
  }

  private Duration listen() throws SQLException {
    try {
      PGConnection listening = connected();
      if (listening == null) {
        LOG.debug("The driver gives no notifications; workers look into the table.");
        loop.closeSoon();
        return Duration.ZERO;
      }
      hear(listening.getNotifications((int) WAIT.toMillis()));
      return Duration.ZERO;
    } catch (SQLException e) {
      disconnect();
      if (loop.isClosing()) {
        return Duration.ZERO;
      }
      throw e;
    }
  }

  private @Nullable PGConnection connected() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = dataSource.getConnection();
      connection = open;
      if (!open.getAutoCommit()) {
        open.setAutoCommit(true);
      }
      try (Statement statement = open.createStatement()) {
        statement.execute("LISTEN " + NotifyStore.CHANNEL);
      }
      // What was told before is not told again
      workers.accept(WorkerNotice.CLAIMABLE);
    }
    return open.isWrapperFor(PGConnection.class) ? open.unwrap(PGConnection.class) : null;
  }

  private void hear(PGNotification @Nullable [] notifications) throws SQLException {
    if (notifications == null || notifications.length == 0) {
      Connection open = connection;
      if (open != null && !open.isValid((int) ALIVE_WITHIN.toSeconds())) {
        throw new SQLException("The connection does not answer any more.");
      }
      return;
    }
    for (PGNotification notification : notifications) {
      WorkerNotice.parse(notification.getParameter(), schema).ifPresent(workers);
    }
  }

  private void disconnect() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        LOG.debug("The connection was lost before it could be closed.", e);
      }
    }
  }

  @Override
  public void close() {
    loop.closeSoon();
    // Ends the wait for a notification
    disconnect();
    try {
      boolean unused = loop.close(MAX_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // It may have connected meanwhile
    disconnect();
  }
}
