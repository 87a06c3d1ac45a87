package dev.tenon.jobs.runtime;

import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A submitter as another language would write it: its own role, which was granted some types, and
 * the SQL functions.
 */
final class SqlSubmitter implements AutoCloseable {

  private final Connection connection;
  private final String role;

  private SqlSubmitter(Connection connection, String role) {
    this.connection = connection;
    this.role = role;
  }

  /** A job that stands for a payload. */
  record Stands(UUID jobId, boolean isNew) {}

  /** A submitter of a new role that was granted these types. */
  static SqlSubmitter start(PostgresDatabase database, String... types) throws SQLException {
    Connection connection = database.connect();
    String role = "submitter_" + UUID.randomUUID().toString().replace("-", "");
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + role);
      if (types.length > 0) {
        statement.execute(
            "SELECT tenon.grant_submitter('%s', ARRAY['%s'])"
                .formatted(role, String.join("', '", types)));
      }
      statement.execute("SET ROLE " + role);
    }
    return new SqlSubmitter(connection, role);
  }

  String role() {
    return role;
  }

  Connection connection() {
    return connection;
  }

  /**
   * Submits a job.
   *
   * @param more further arguments, such as {@code priority => 'high'}; empty for none
   */
  Stands submit(String type, String payload, String more) throws SQLException {
    return submitAll(type, List.of(payload), more).get(0);
  }

  /** Submits jobs; otherwise as above. */
  List<Stands> submitAll(String type, List<String> payloads, String more) throws SQLException {
    String sql =
        "SELECT job_id, is_new FROM tenon.submit_all(?, ?::json[], 't'%s)"
            .formatted(more.isEmpty() ? "" : ", " + more);
    List<Stands> stands = new ArrayList<>();
    try (PreparedStatement call = connection.prepareStatement(sql)) {
      call.setString(1, type);
      call.setArray(2, connection.createArrayOf("text", payloads.toArray()));
      try (ResultSet rows = call.executeQuery()) {
        while (rows.next()) {
          stands.add(new Stands(rows.getObject(1, UUID.class), rows.getBoolean(2)));
        }
      }
    }
    return stands;
  }

  /** Returns the first column of the first row; null if there is no row. */
  @Nullable String value(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  @Override
  public void close() throws SQLException {
    try (connection;
        Statement statement = connection.createStatement()) {
      if (!connection.getAutoCommit()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
      statement.execute("RESET ROLE");
      statement.execute("DROP OWNED BY " + role);
      statement.execute("DROP ROLE " + role);
    }
  }
}
