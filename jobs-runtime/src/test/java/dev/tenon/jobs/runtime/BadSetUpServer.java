package dev.tenon.jobs.runtime;

import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A server whose roles have rights and restrictions: members of {@code secured} need their
 * password, {@code encrypted} needs TLS, which the server does not have, and all others are let in.
 */
final class BadSetUpServer implements AutoCloseable {

  private final Path access;
  private final PostgresServer server;
  private int roles;

  BadSetUpServer() {
    try {
      access =
          Files.createTempFile(
              "tenon-",
              "-hba.conf",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          access,
          """
          hostssl all encrypted all trust
          host all encrypted all reject
          host all +secured all scram-sha-256
          host all all all trust
          """);
      Files.setPosixFilePermissions(access, PosixFilePermissions.fromString("rw-r--r--"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server =
        PostgresServer.builder().durable(false).setting("hba_file", access.toString()).launch();
  }

  PostgresServer server() {
    return server;
  }

  PostgresDatabase database() {
    return server.createDatabase();
  }

  /** A database in which Tenon's schema is there and up to date. */
  PostgresDatabase migrated() {
    PostgresDatabase database = database();
    start(database, server.user()).close();
    return database;
  }

  private static JobsRuntime start(PostgresDatabase database, String user) {
    return as(database, user).closeOnShutdown(false).maintenance(false).start();
  }

  /** A new role with the password of all roles. */
  String role(String options) throws SQLException {
    String name = "app" + ++roles;
    sql(
        server.url(),
        "CREATE ROLE %s LOGIN PASSWORD '%s' %s".formatted(name, BadSetUp.PASSWORD, options));
    return name;
  }

  /** As a superuser. */
  void sql(PostgresDatabase database, String... statements) throws SQLException {
    sql(database.url(), statements);
  }

  void sql(String url, String... statements) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(url, server.user(), server.password());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** A runtime that connects as a role. */
  static JobsRuntimeBuilder as(PostgresDatabase database, String role) {
    return JobsRuntime.builder().database(database.url(), role, BadSetUp.PASSWORD);
  }

  @Override
  public void close() {
    server.close();
    try {
      Files.deleteIfExists(access);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
