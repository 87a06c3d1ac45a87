package dev.tenon.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Ends the retention of all of Tenon's jobs together, and waits until they are deleted. */
final class Expiry {

  private static final int POLL_MILLIS = 50;

  private Expiry() {}

  /**
   * The oldest jobs that have ended expire.
   *
   * @return when they did, by {@link System#nanoTime()}
   */
  static long of(Connection connection, int jobs) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int expired =
          statement.executeUpdate(
              "UPDATE tenon.ended_jobs SET delete_at = now() WHERE id IN"
                  + " (SELECT id FROM tenon.ended_jobs ORDER BY id LIMIT "
                  + jobs
                  + ")");
      if (expired < jobs) {
        throw new IllegalStateException(
            "Only %d jobs have ended, and %d shall expire.".formatted(expired, jobs));
      }
      return System.nanoTime();
    }
  }

  /** Waits until all that has expired is deleted. */
  static void awaitDeletion(Connection connection) throws Exception {
    try (Statement statement = connection.createStatement()) {
      while (isLeft(statement)) {
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  private static boolean isLeft(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT EXISTS (SELECT 1 FROM tenon.ended_jobs WHERE delete_at <= now() AND workflow_id IS NULL)")) {
      return rows.next() && rows.getBoolean(1);
    }
  }
}
