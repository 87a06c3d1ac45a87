package dev.tenon.jobs.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/**
 * A PostgreSQL server that is started once for all tests of a JVM, and ends with them. Thread-safe.
 */
// JUnit up to 5.12 closes only what is a CloseableResource, later versions close both
@SuppressWarnings("deprecation")
final class TestPostgres implements AutoCloseable, CloseableResource {

  static final String USER = "postgres";

  private final EmbeddedPostgres server;
  private final AtomicInteger databases = new AtomicInteger();

  private TestPostgres(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Starts the server. */
  static TestPostgres start() {
    try {
      return new TestPostgres(EmbeddedPostgres.start());
    } catch (IOException e) {
      throw new UncheckedIOException("The embedded PostgreSQL for the tests did not start.", e);
    }
  }

  /** Makes an empty database, and returns its name. */
  String createDatabase() {
    String name = "test_" + databases.incrementAndGet();
    administer("CREATE DATABASE " + name);
    return name;
  }

  /** Drops a database, and ends the connections to it. */
  void dropDatabase(String name) {
    administer("DROP DATABASE " + name + " WITH (FORCE)");
  }

  private void administer(String sql) {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + " failed on the PostgreSQL of the tests.", e);
    }
  }

  /** The JDBC URL of a database. */
  String url(String database) {
    return server.getJdbcUrl(USER, database);
  }

  /** Opens a connection to a database at each call. */
  DataSource dataSource(String database) {
    return server.getDatabase(USER, database);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
