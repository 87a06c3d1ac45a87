package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.liveness.CurrentSession;
import dev.tenon.jobs.internal.liveness.LivenessPort;
import dev.tenon.jobs.internal.liveness.ProcessSession;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the others see when this process ends. It holds an advisory lock on a connection that lasts
 * as long as the process, and opens the port of the process before. PostgreSQL releases the lock
 * when the connection ends, for whatever reason; the port says whether the process has ended, too.
 * Thread-safe.
 */
public final class SessionLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SessionLock.class);

  private final CurrentSession session;
  private @Nullable LivenessPort port;
  private boolean isClosed;
  private boolean hasFailed;

  /** Creates a lock that is not held. */
  public SessionLock(CurrentSession session) {
    this.session = session;
  }

  /**
   * Takes the lock, unless this connection has it already. Only for connections that keep their
   * session: behind a pooler that changes the server's connection, a lock would be anybody's.
   *
   * @param connection a connection in auto-commit mode, which only the calling thread uses
   * @return whether the lock was taken now
   */
  boolean take(Connection connection) throws SQLException {
    if (session.get().isPresent()) {
      return false;
    }
    String place = place();
    if (place == null) {
      return false;
    }
    long key = UUID.randomUUID().getMostSignificantBits();
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
      statement.setLong(1, key);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next() || !row.getBoolean(1)) {
          return false;
        }
      }
    }
    session.began(new ProcessSession(key, place));
    return true;
  }

  private synchronized @Nullable String place() {
    if (isClosed || hasFailed) {
      return null;
    }
    try {
      LivenessPort open = port;
      if (open == null) {
        open = LivenessPort.open();
        port = open;
      }
      return open.text();
    } catch (IOException e) {
      hasFailed = true;
      LOG.warn(
          "This process cannot listen on a port. If it is killed, its jobs run elsewhere after three"
              + " missed heartbeats, and not within seconds.",
          e);
      return null;
    }
  }

  /** Notes that the connection with the lock has ended. */
  void lost() {
    session.ended();
  }

  /** Closes the port. Call it when nothing of this process runs any more. */
  @Override
  public void close() {
    LivenessPort open;
    synchronized (this) {
      isClosed = true;
      open = port;
      port = null;
    }
    session.ended();
    if (open != null) {
      open.close();
    }
  }
}
