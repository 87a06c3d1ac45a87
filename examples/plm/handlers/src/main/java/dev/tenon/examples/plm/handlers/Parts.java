package dev.tenon.examples.plm.handlers;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** The parts, in PostgreSQL. Thread-safe. */
@Singleton
public final class Parts {

  private final DataSource database;

  /** The parts of a database. */
  @Inject
  public Parts(DataSource database) {
    this.database = database;
  }

  /**
   * Saves parts in one transaction. Saving a part twice is the same as saving it once, so an import
   * may repeat the last chunk after a crash.
   *
   * @param lines number and revision, separated by a semicolon
   * @param by who has changed them
   */
  void save(List<String> lines, String by) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                """
                INSERT INTO plm.parts (id, number, revision, changed_by) VALUES (?, ?, ?, ?)
                ON CONFLICT (number) DO UPDATE SET
                  revision = excluded.revision, changed_by = excluded.changed_by
                """)) {
      connection.setAutoCommit(false);
      for (String line : lines) {
        String[] fields = line.split(";", 2);
        upsert.setObject(1, UUID.randomUUID());
        upsert.setString(2, fields[0]);
        upsert.setString(3, fields[1]);
        upsert.setString(4, by);
        upsert.addBatch();
      }
      upsert.executeBatch();
      connection.commit();
    }
  }
}
