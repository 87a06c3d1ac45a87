package dev.tenon.examples.plm.handlers;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The cache of the application, in PostgreSQL. Thread-safe. */
@Singleton
public final class Cache {

  private final DataSource database;

  /** The cache of a database. */
  @Inject
  public Cache(DataSource database) {
    this.database = database;
  }

  /**
   * Removes entries that have expired, oldest first, in one transaction. Entries that somebody
   * else has locked are left for the next call.
   *
   * @return how many were removed
   */
  int removeExpired(int limit) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                """
                DELETE FROM plm.cache_entries WHERE key IN (
                  SELECT key FROM plm.cache_entries WHERE expires_at <= now()
                  ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED)
                """)) {
      delete.setInt(1, limit);
      return delete.executeUpdate();
    }
  }
}
