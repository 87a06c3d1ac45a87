package dev.tenon.jobs.spring.test;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.util.TestPropertyValues;

/** A PostgreSQL that is started once for all tests of a JVM, and ends with it. Thread-safe. */
final class EmbeddedServer {

  private static final String USER = "postgres";

  private static @Nullable EmbeddedPostgres server;
  private static int databases;

  private EmbeddedServer() {}

  /** Makes an empty database, and gives the properties of a data source for it. */
  static synchronized TestPropertyValues newDatabase() {
    if (server == null) {
      try {
        server = EmbeddedPostgres.start();
      } catch (IOException e) {
        throw new UncheckedIOException("The embedded PostgreSQL for the tests did not start.", e);
      }
    }
    databases++;
    String name = "test_" + databases;
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("The database " + name + " could not be created.", e);
    }
    return TestPropertyValues.of(
        "spring.datasource.url=" + server.getJdbcUrl(USER, name),
        "spring.datasource.username=" + USER,
        "spring.datasource.password=");
  }
}
