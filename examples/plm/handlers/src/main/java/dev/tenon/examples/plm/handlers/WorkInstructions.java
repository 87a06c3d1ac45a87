package dev.tenon.examples.plm.handlers;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/** The work instructions, the parts that they use, and who was alerted. Thread-safe. */
@Singleton
public final class WorkInstructions {

  private final DataSource database;

  /** The work instructions of a database. */
  @Inject
  public WorkInstructions(DataSource database) {
    this.database = database;
  }

  /** The work instructions that use a part: each owner's mail address, with their numbers. */
  Map<String, List<String>> using(UUID partId) throws SQLException {
    Map<String, List<String>> numbers = new TreeMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                """
                SELECT owner, number FROM plm.work_instructions
                JOIN plm.work_instruction_parts ON work_instruction_id = id
                WHERE part_id = ? ORDER BY number
                """)) {
      query.setObject(1, partId);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          numbers.computeIfAbsent(rows.getString(1), owner -> new ArrayList<>()).add(rows.getString(2));
        }
      }
    }
    return numbers;
  }

  boolean wasAlerted(UUID jobId, String owner) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT 1 FROM plm.alerts WHERE job_id = ? AND owner = ?")) {
      query.setObject(1, jobId);
      query.setString(2, owner);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  void alerted(UUID jobId, String owner, UUID partId, String revision) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO plm.alerts (job_id, owner, part_id, revision) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """)) {
      insert.setObject(1, jobId);
      insert.setString(2, owner);
      insert.setObject(3, partId);
      insert.setString(4, revision);
      insert.executeUpdate();
    }
  }
}
