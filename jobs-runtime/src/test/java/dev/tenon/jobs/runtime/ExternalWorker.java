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
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A worker as another language would write it: it knows the SQL functions, and its role may do
 * nothing but call them. Each has a role of its own, unless it is one more worker of a role.
 */
final class ExternalWorker implements AutoCloseable {

  private static final Path PAGE = Path.of("../docs/external-workers.md");

  private final Connection connection;
  private final String schema;
  private final String role;
  private final boolean ownsRole;
  private final String id;

  private ExternalWorker(
      Connection connection, String schema, String role, boolean ownsRole, String id) {
    this.connection = connection;
    this.schema = schema;
    this.role = role;
    this.ownsRole = ownsRole;
    this.id = id;
  }

  /** A claimed job. */
  record Claimed(
      UUID jobId,
      String type,
      int version,
      long lease,
      int attempt,
      int maxAttempts,
      long timeoutMillis,
      String payload,
      @Nullable String itemId,
      String submittedBy) {}

  /** A job that the worker runs by the table. */
  record Running(UUID jobId, long lease, boolean cancelRequested) {}

  /** A worker of a new role that was granted these types as the documentation says. */
  static ExternalWorker start(PostgresDatabase database, String id, String... types)
      throws SQLException, IOException {
    return startInSchema(database, "tenon", id, types);
  }

  /** As above, where Tenon's schema has another name. */
  static ExternalWorker startInSchema(
      PostgresDatabase database, String schema, String id, String... types)
      throws SQLException, IOException {
    Connection connection = database.connect();
    String role = "external_" + UUID.randomUUID().toString().replace("-", "");
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + role);
      statement.execute(
          documentedGrant()
              .replace("printing", role)
              .replace("'label.print'", "'" + String.join("', '", types) + "'")
              .replace("tenon.", schema + "."));
      statement.execute("SET ROLE " + role);
    }
    return new ExternalWorker(connection, schema, role, true, id);
  }

  /** One more worker of this worker's role, to be closed before it. */
  ExternalWorker another(PostgresDatabase database, String otherId) throws SQLException {
    Connection other = database.connect();
    try (Statement statement = other.createStatement()) {
      statement.execute("SET ROLE " + role);
    }
    return new ExternalWorker(other, schema, role, false, otherId);
  }

  /** What the documentation says a role needs. */
  private static String documentedGrant() throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("```sql\n") + "```sql\n".length();
    return page.substring(start, page.indexOf("```", start));
  }

  String role() {
    return role;
  }

  Connection connection() {
    return connection;
  }

  List<Running> heartbeat() throws SQLException {
    return heartbeat("host-1");
  }

  List<Running> heartbeat(String host) throws SQLException {
    List<Running> running = new ArrayList<>();
    try (PreparedStatement call = prepare("SELECT * FROM tenon.heartbeat(?, ?, 42, 1)")) {
      call.setString(1, id);
      call.setString(2, host);
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
    return claim(type, 1, 10, jobIds);
  }

  List<Claimed> claim(String type, int version, @Nullable Integer maxJobs, UUID... jobIds)
      throws SQLException {
    List<Claimed> claimed = new ArrayList<>();
    try (PreparedStatement call =
        prepare(
            "SELECT job_id, type, version, lease, attempt, max_attempts, timeout_millis, payload,"
                + " item_id, submitted_by FROM tenon.claim(?, ARRAY[?], ARRAY[?], ?, ?)")) {
      call.setString(1, id);
      call.setString(2, type);
      call.setInt(3, version);
      call.setObject(4, maxJobs, Types.INTEGER);
      call.setArray(5, jobIds.length == 0 ? null : connection.createArrayOf("uuid", jobIds));
      try (ResultSet rows = call.executeQuery()) {
        while (rows.next()) {
          claimed.add(
              new Claimed(
                  rows.getObject(1, UUID.class),
                  rows.getString(2),
                  rows.getInt(3),
                  rows.getLong(4),
                  rows.getInt(5),
                  rows.getInt(6),
                  rows.getLong(7),
                  rows.getString(8),
                  rows.getString(9),
                  rows.getString(10)));
        }
      }
    }
    return claimed;
  }

  boolean progress(UUID jobId, long lease, int percent, @Nullable String message)
      throws SQLException {
    return isTrue("SELECT tenon.progress(?, ?, ?, ?, ?)", id, jobId, lease, percent, message);
  }

  boolean log(UUID jobId, long lease, String level, String message, @Nullable String data)
      throws SQLException {
    return isTrue(
        "SELECT tenon.log(?, ?, ?, ?, ?, ?::json)", id, jobId, lease, level, message, data);
  }

  boolean complete(UUID jobId, long lease, @Nullable String result) throws SQLException {
    return isTrue("SELECT tenon.complete(?, ?, ?, ?::json)", id, jobId, lease, result);
  }

  boolean complete(UUID jobId, long lease, @Nullable String result, int version)
      throws SQLException {
    return isTrue("SELECT tenon.complete(?, ?, ?, ?::json, ?)", id, jobId, lease, result, version);
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
        "SELECT tenon.fail(?, ?, ?, ?, ?, 'line 1', ?, ?::interval)",
        id,
        jobId,
        lease,
        errorClass,
        message,
        permanent,
        retryAfter);
  }

  boolean snooze(UUID jobId, long lease, String delay) throws SQLException {
    return isTrue("SELECT tenon.snooze(?, ?, ?, ?::interval)", id, jobId, lease, delay);
  }

  boolean release(UUID jobId, long lease) throws SQLException {
    return isTrue("SELECT tenon.release(?, ?, ?)", id, jobId, lease);
  }

  boolean cancelled(UUID jobId, long lease) throws SQLException {
    return isTrue("SELECT tenon.cancelled(?, ?, ?)", id, jobId, lease);
  }

  int deregister() throws SQLException {
    return Integer.parseInt(String.valueOf(value("SELECT tenon.deregister(?)", id)));
  }

  /** Any other statement. */
  void query(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    return connection.prepareStatement(sql.replace("tenon.", schema + "."));
  }

  private boolean isTrue(String sql, @Nullable Object... arguments) throws SQLException {
    return "t".equals(value(sql, arguments));
  }

  private @Nullable String value(String sql, @Nullable Object... arguments) throws SQLException {
    try (PreparedStatement call = prepare(sql)) {
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
      statement.execute("RESET SESSION AUTHORIZATION");
      statement.execute("RESET ROLE");
      if (ownsRole) {
        statement.execute("DROP OWNED BY " + role);
        statement.execute("DROP ROLE " + role);
      }
    }
  }
}
