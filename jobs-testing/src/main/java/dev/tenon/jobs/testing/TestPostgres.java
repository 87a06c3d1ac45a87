package dev.tenon.jobs.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server for tests, which ends with the JVM if it is not closed. Thread-safe. */
final class TestPostgres implements AutoCloseable {

  static final String USER = "postgres";

  private static @Nullable TestPostgres shared;

  private final EmbeddedPostgres server;
  private final AtomicInteger databases = new AtomicInteger();

  private TestPostgres(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Starts a server. */
  static TestPostgres start() {
    try {
      return new TestPostgres(EmbeddedPostgres.start());
    } catch (IOException e) {
      throw new UncheckedIOException("The embedded PostgreSQL for the tests did not start.", e);
    }
  }

  /** A server that is started once and ends with the JVM. */
  static synchronized TestPostgres shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
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
