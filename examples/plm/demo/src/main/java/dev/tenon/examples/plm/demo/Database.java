package dev.tenon.examples.plm.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL that the demo uses: an empty database that {@code PLM_DB_URL} names, else one that it
 * starts and throws away. In both it makes a role for the worker in Python.
 */
final class Database implements AutoCloseable {

  private static final String USER = "postgres";

  private final @Nullable EmbeddedPostgres embedded;
  private final String url;
  private final String user;
  private final String password;
  private final String cadRole = "plm_cad_" + UUID.randomUUID().toString().substring(0, 8);
  private final String cadPassword = UUID.randomUUID().toString();

  private Database(
      @Nullable EmbeddedPostgres embedded, String url, String user, String password) {
    this.embedded = embedded;
    this.url = url;
    this.user = user;
    this.password = password;
  }

  static Database start(Map<String, String> environment) throws IOException, SQLException {
    String url = environment.getOrDefault("PLM_DB_URL", "");
    Database database;
    if (url.isEmpty()) {
      EmbeddedPostgres embedded =
          EmbeddedPostgres.builder().setRegisterShutdownHook(false).start();
      String embeddedUrl = "jdbc:postgresql://localhost:%d/postgres".formatted(embedded.getPort());
      database = new Database(embedded, embeddedUrl, USER, "");
    } else {
      database =
          new Database(
              null,
              url,
              environment.getOrDefault("PLM_DB_USER", "plm"),
              environment.getOrDefault("PLM_DB_PASSWORD", ""));
    }
    database.execute(
        "CREATE ROLE " + database.cadRole + " LOGIN PASSWORD '" + database.cadPassword + "'");
    return database;
  }

  Servers with(@Nullable Broker broker) {
    return new Servers(
        url,
        user,
        password,
        cadRole,
        cadPassword,
        broker == null ? "" : broker.uri(),
        broker == null ? "" : broker.prefix());
  }

  @Override
  public String toString() {
    return embedded == null ? url : "embedded, on port " + embedded.getPort();
  }

  @Override
  public void close() throws IOException, SQLException {
    if (embedded != null) {
      embedded.close();
      return;
    }
    execute("DROP OWNED BY " + cadRole);
    execute("DROP ROLE " + cadRole);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
