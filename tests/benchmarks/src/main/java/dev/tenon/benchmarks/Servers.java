package dev.tenon.benchmarks;

import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL server of a run: the one that the tests share if it is set up as a real one is,
 * else one that is started for this run.
 */
final class Servers implements AutoCloseable {

  /** Without them the figures would be of no use: for a real job, both are on. */
  private static final String[] MUST_BE_ON = {"fsync", "synchronous_commit", "autovacuum"};

  /** PostgreSQL's default. */
  private static final String SHARED_BUFFERS = "128MB";

  private final @Nullable PostgresServer own;
  private final String description;

  private Servers(@Nullable PostgresServer own, String description) {
    this.own = own;
    this.description = description;
  }

  /** Looks at the shared server, and starts one if it will not do. */
  static Servers choose() throws SQLException {
    try (PostgresDatabase database = PostgresDatabase.unguarded();
        Connection connection = database.connect()) {
      for (String setting : MUST_BE_ON) {
        if (!show(connection, setting).equals("on")) {
          return new Servers(
              PostgresServer.builder().setting("shared_buffers", SHARED_BUFFERS).launch(),
              "started for this run, as the running server has %s off".formatted(setting));
        }
      }
    }
    return new Servers(null, "the running server");
  }

  /** A new database. */
  PostgresDatabase createDatabase() {
    return own == null ? PostgresDatabase.unguarded() : own.createDatabase();
  }

  /** Which server it is, and why. */
  String description() {
    return description;
  }

  /** The value of a setting of PostgreSQL. */
  static String show(Connection connection, String setting) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW " + setting)) {
      boolean unused = rows.next();
      return rows.getString(1);
    }
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }
}
