package dev.tenon.jobs.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions of an application that stay open for a while and hold jobs that wait: some have only
 * locked them, some have given them another payload. Thread-safe.
 */
final class CallersTransactions implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CallersTransactions.class);
  private static final int JOBS = 20;

  private static final String LOCK =
      """
      SELECT id FROM tenon.live_jobs WHERE status IN ('pending', 'queued')
      ORDER BY id LIMIT %d FOR UPDATE SKIP LOCKED
      """
          .formatted(JOBS);

  private final Site site;
  private final CountDownLatch ending = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  CallersTransactions(Site site) {
    this.site = site;
  }

  /** Opens one, and returns at once. It ends after that time, or with its connection. */
  synchronized void open(Duration time) {
    boolean changes = threads.size() % 2 == 1;
    Thread thread = new Thread(() -> hold(time, changes), "caller-" + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void hold(Duration time, boolean changes) {
    try (Connection connection = site.connect()) {
      connection.setAutoCommit(false);
      List<UUID> held = lock(connection);
      if (changes) {
        change(connection, held);
      }
      boolean ended = ending.await(time.toMillis(), TimeUnit.MILLISECONDS);
      connection.commit();
      LOG.info(
          "A transaction has held {} jobs{}.",
          held.size(),
          ended ? ", until the faults ended" : "");
    } catch (SQLException e) {
      LOG.info("A transaction that held jobs ended with its connection: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<UUID> lock(Connection connection) throws SQLException {
    List<UUID> ids = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(LOCK)) {
      while (rows.next()) {
        ids.add(rows.getObject(1, UUID.class));
      }
    }
    return ids;
  }

  /** As a submit does that replaces the payload of a job that waits. */
  private static void change(Connection connection, List<UUID> ids) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            WITH changed AS (
              UPDATE tenon.live_jobs SET version = version WHERE id = ANY (?) RETURNING type, id
            )
            UPDATE tenon.job_data d SET payload = d.payload FROM changed c WHERE d.type = c.type AND d.id = c.id
            """)) {
      statement.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
      int unused = statement.executeUpdate();
    }
  }

  /** Ends those that are open. */
  @Override
  public synchronized void close() {
    ending.countDown();
    try {
      for (Thread thread : threads) {
        thread.join(Site.PATIENCE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
