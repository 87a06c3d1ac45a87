package dev.tenon.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/** Fills an empty database of Tenon with jobs that were never run. */
final class FilledDatabase {

  private static final String SCRIPT = "filled-database.sql";

  private FilledDatabase() {}

  /**
   * Writes jobs of forty types.
   *
   * @param finished how many have ended, within the last thirty days
   * @param inWorkflows how many of those belong to workflows
   * @param waiting how many wait
   */
  static void fill(Connection connection, int finished, int inWorkflows, int waiting)
      throws SQLException {
    String sql =
        script()
            .replace(":finished", String.valueOf(finished))
            .replace(":in_workflows", String.valueOf(inWorkflows))
            .replace(":waiting", String.valueOf(waiting));
    try (Statement statement = connection.createStatement()) {
      boolean unused = statement.execute(sql);
      unused = statement.execute("VACUUM ANALYZE");
      unused = statement.execute("CHECKPOINT");
    }
  }

  private static String script() {
    try (InputStream in =
        Objects.requireNonNull(FilledDatabase.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
