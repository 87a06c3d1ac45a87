package dev.tenon.jobs.runtime;

import dev.tenon.jobs.testservers.PostgresDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * A worker as another language would write it: it knows the SQL functions, and its role may do
 * nothing but call them.
 */
final class ExternalWorker implements AutoCloseable {

  private static final Path PAGE = Path.of("../docs/external-workers.md");

  private final Connection connection;
  private final String role;
  private final String id;

  private ExternalWorker(Connection connection, String role, String id) {
    this.connection = connection;
    this.role = role;
    this.id = id;
  }

  /** A claimed job. */
  record Claimed(
      UUID jobId,
      String type,
      long lease,
      int attempt,
      int maxAttempts,
      long timeoutMillis,
      String payload,
      @Nullable String itemId,
      String submittedBy) {}

  /** A job that the worker runs by the table. */
  record Running(UUID jobId, long lease, boolean cancelRequested) {}

  static ExternalWorker start(PostgresDatabase database, String id)
      throws SQLException, IOException {
    Connection connection = database.connect();
    String role = "external_" + UUID.randomUUID().toString().replace("-", "");
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + role);
      statement.execute(documentedGrants().replace("printing", role));
      statement.execute("SET ROLE " + role);
    }
    return new ExternalWorker(connection, role, id);
  }

  /** What the documentation says a role needs. */
  private static String documentedGrants() throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("```sql\n") + "```sql\n".length();
    return page.substring(start, page.indexOf("```", start));
  }

  List<Running> heartbeat() throws SQLException {
    List<Running> running = new ArrayList<>();
    try (PreparedStatement call =
        connection.prepareStatement("SELECT * FROM tenon.heartbeat(?, 'host-1', 42, 1)")) {
      call.setString(1, id);
      try (ResultSet rows = call.executeQuery()) {
        while (rows.next()) {
          running.add(
              new Running(rows.getObject(1, UUID.class), rows.getLong(2), rows.getBoolean(3)));
        }
      }
    }
    return running;
  }

  Claimed claimOne(String type) throws SQLException {
    List<Claimed> claimed = claim(type);
    if (claimed.size() != 1) {
      throw new AssertionError("Claimed " + claimed);
    }
    return claimed.get(0);
  }

  List<Claimed> claim(String type, UUID... jobIds) throws SQLException {
    List<Claimed> claimed = new ArrayList<>();
    try (PreparedStatement call =
        connection.prepareStatement(
            "SELECT job_id, type, lease, attempt, max_attempts, timeout_millis, payload, item_id,"
                + " submitted_by FROM tenon.claim(?, ARRAY[?], 10, ?)")) {
      call.setString(1, id);
      call.setString(2, type);
      call.setArray(3, jobIds.length == 0 ? null : connection.createArrayOf("uuid", jobIds));
      try (ResultSet rows = call.executeQuery()) {
        while (rows.next()) {
          claimed.add(
              new Claimed(
                  rows.getObject(1, UUID.class),
                  rows.getString(2),
                  rows.getLong(3),
                  rows.getInt(4),
                  rows.getInt(5),
                  rows.getLong(6),
                  rows.getString(7),
                  rows.getString(8),
                  rows.getString(9)));
        }
      }
    }
    return claimed;
  }

  boolean progress(UUID jobId, long lease, int percent, @Nullable String message)
      throws SQLException {
    return isTrue("SELECT tenon.progress(?, ?, ?, ?)", jobId, lease, percent, message);
  }

  boolean log(UUID jobId, long lease, String level, String message, @Nullable String data)
      throws SQLException {
    return isTrue("SELECT tenon.log(?, ?, ?, ?, ?::json)", jobId, lease, level, message, data);
  }

  boolean complete(UUID jobId, long lease, @Nullable String result) throws SQLException {
    return isTrue("SELECT tenon.complete(?, ?, ?::json)", jobId, lease, result);
  }

  @Nullable String fail(
      UUID jobId,
      long lease,
      String errorClass,
      String message,
      boolean permanent,
      @Nullable String retryAfter)
      throws SQLException {
    return value(
        "SELECT tenon.fail(?, ?, ?, ?, 'line 1', ?, ?::interval)",
        jobId,
        lease,
        errorClass,
        message,
        permanent,
        retryAfter);
  }

  boolean snooze(UUID jobId, long lease, String delay) throws SQLException {
    return isTrue("SELECT tenon.snooze(?, ?, ?::interval)", jobId, lease, delay);
  }

  boolean cancelled(UUID jobId, long lease) throws SQLException {
    return isTrue("SELECT tenon.cancelled(?, ?)", jobId, lease);
  }

  int deregister() throws SQLException {
    return Integer.parseInt(String.valueOf(value("SELECT tenon.deregister(?)", id)));
  }

  /** Any other statement. */
  void query(String sql) throws SQLException {
    value(sql);
  }

  private boolean isTrue(String sql, @Nullable Object... arguments) throws SQLException {
    return "t".equals(value(sql, arguments));
  }

  private @Nullable String value(String sql, @Nullable Object... arguments) throws SQLException {
    try (PreparedStatement call = connection.prepareStatement(sql)) {
      for (int index = 0; index < arguments.length; index++) {
        call.setObject(index + 1, arguments[index]);
      }
      try (ResultSet rows = call.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    try (connection;
        Statement statement = connection.createStatement()) {
      statement.execute("RESET ROLE");
      statement.execute("DROP OWNED BY " + role);
      statement.execute("DROP ROLE " + role);
    }
  }
}
