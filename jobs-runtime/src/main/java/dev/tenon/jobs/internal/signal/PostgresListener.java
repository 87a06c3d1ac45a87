package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.store.NotifyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for notifications that other processes send to workers over PostgreSQL, on its own
 * connection. Nothing arrives behind a pooler that changes the server's connection with each
 * transaction; workers then find their jobs when they poll the table.
 *
 * @see <a href="https://jdbc.postgresql.org/documentation/server-prepare/#listen--notify">Listen
 *     and notify with PostgreSQL's driver</a>
 */
public final class PostgresListener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresListener.class);

  /**
   * The interval between notifications that the listener sends to itself, which also show that the
   * connection is alive.
   */
  private static final Duration PROBE_INTERVAL = Duration.ofSeconds(10);

  private static final Duration ALIVE_WITHIN = Duration.ofSeconds(5);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(2);

  private final DataSource dataSource;
  private final String schema;
  private final Consumer<WorkerNotice> workers;
  private final Consumer<WorkerNotice.Probe> sender;
  private final @Nullable SessionLock lock;
  private final WorkerNotice.Probe probe = new WorkerNotice.Probe(UUID.randomUUID());
  private final BackgroundLoop loop;
  private volatile @Nullable Connection connection;
  private volatile boolean hears;
  private boolean isProbing;
  private long nextProbeNanos;

  /**
   * Creates a listener; {@link #start()} starts it.
   *
   * @param dataSource opens a new connection at each call
   * @param workers receive the notices
   * @param sender sends a notification over another connection
   * @param lock is held on this connection, if that keeps its session; null for none
   */
  public PostgresListener(
      DataSource dataSource,
      String schema,
      Consumer<WorkerNotice> workers,
      Consumer<WorkerNotice.Probe> sender,
      @Nullable SessionLock lock) {
    this.lock = lock;
    this.dataSource = dataSource;
    this.schema = schema;
    this.workers = workers;
    this.sender = sender;
    this.loop =
        BackgroundLoop.named("tenon-listener")
            .description("Listening to the notifications of other processes")
            .whatFollowsAFailure("Workers poll the table four times a second.")
            .retryPause(Duration.ofSeconds(1), Duration.ofSeconds(10))
            .repeat(this::listen);
  }

  /** Starts to listen. */
  public void start() {
    loop.start();
  }

  /**
   * Returns whether notifications arrive: the last one that the listener sent to itself did. Behind
   * a pooler, there is no other way to know.
   */
  public boolean hears() {
    return hears;
  }

  private Duration listen() throws SQLException {
    try {
      PGConnection listening = connected();
      if (listening == null) {
        LOG.debug("The driver does not support notifications; workers poll the table.");
        loop.closeSoon();
        return Duration.ZERO;
      }
      if (loop.isClosing()) {
        // close() may have looked for a connection before this one existed
        disconnect();
        return Duration.ZERO;
      }
      probeIfDue();
      // Zero would wait forever
      long left = TimeUnit.NANOSECONDS.toMillis(nextProbeNanos - System.nanoTime());
      hear(listening.getNotifications((int) Math.max(1, left)));
      lockSession();
      return Duration.ZERO;
    } catch (SQLException e) {
      disconnect();
      if (loop.isClosing()) {
        return Duration.ZERO;
      }
      throw e;
    }
  }

  /** A connection that has got its own notification keeps its session, and so a lock. */
  private void lockSession() throws SQLException {
    Connection open = connection;
    if (lock != null && hears && open != null && !loop.isClosing() && lock.take(open)) {
      // Again, so that pg_stat_activity still shows what the connection is for
      listenTo(open);
    }
  }

  private void probeIfDue() throws SQLException {
    if (System.nanoTime() - nextProbeNanos < 0) {
      return;
    }
    if (isProbing) {
      hears = false;
      Connection open = connection;
      if (open != null && !open.isValid((int) ALIVE_WITHIN.toSeconds())) {
        throw new SQLException("The connection no longer answers.");
      }
    }
    isProbing = true;
    nextProbeNanos = System.nanoTime() + PROBE_INTERVAL.toNanos();
    try {
      sender.accept(probe);
    } catch (RuntimeException e) {
      hears = false;
      throw e;
    }
  }

  private @Nullable PGConnection connected() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = dataSource.getConnection();
      listenOn(open);
      connection = open;
      isProbing = false;
      nextProbeNanos = System.nanoTime();
      // Earlier notices are not passed on again
      workers.accept(new WorkerNotice.Claimable());
    }
    return open.isWrapperFor(PGConnection.class) ? open.unwrap(PGConnection.class) : null;
  }

  private static void listenOn(Connection open) throws SQLException {
    boolean listens = false;
    try {
      if (!open.getAutoCommit()) {
        open.setAutoCommit(true);
      }
      listenTo(open);
      listens = true;
    } finally {
      if (!listens) {
        open.close();
      }
    }
  }

  private static void listenTo(Connection open) throws SQLException {
    try (Statement statement = open.createStatement()) {
      statement.execute("LISTEN " + NotifyStore.CHANNEL);
    }
  }

  private void hear(PGNotification @Nullable [] notifications) {
    if (notifications == null) {
      return;
    }
    for (PGNotification notification : notifications) {
      WorkerNotice.parse(notification.getParameter(), schema).ifPresent(this::hear);
    }
  }

  private void hear(WorkerNotice notice) {
    if (notice.equals(probe)) {
      isProbing = false;
      hears = true;
    } else if (!(notice instanceof WorkerNotice.Probe)) {
      workers.accept(notice);
    }
  }

  private void disconnect() {
    Connection open = connection;
    connection = null;
    hears = false;
    if (lock != null) {
      lock.lost();
    }
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
