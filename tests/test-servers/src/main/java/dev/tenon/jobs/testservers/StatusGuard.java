package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a database refuse every change of a job's status, lease and worker that the runtime does
 * not list. The runtime's tests write the SQL from that list. It also creates a view that tests
 * write jobs through, whatever tables these are in.
 */
final class StatusGuard {

  private static final Logger LOG = LoggerFactory.getLogger(StatusGuard.class);
  private static final List<String> FILES = List.of("status-guard.sql", "writable-jobs.sql");
  private static final String NOT_ALLOWED = "42501";

  private StatusGuard() {}

  /** Guards the tables that will be created in this database. */
  static void install(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String file : FILES) {
        statement.execute(sql(file));
      }
    } catch (SQLException e) {
      if (!NOT_ALLOWED.equals(e.getSQLState())) {
        throw e;
      }
      LOG.warn(
          "The test database is not guarded against wrong changes of jobs: only a superuser of the PostgreSQL server may create event triggers. {}",
          e.getMessage());
    }
  }

  private static String sql(String name) {
    try (InputStream file = StatusGuard.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new TestServerException("The file " + name + " of test-servers is missing.");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
