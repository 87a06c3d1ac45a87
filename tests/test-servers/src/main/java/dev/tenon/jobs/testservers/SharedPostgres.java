package dev.tenon.jobs.testservers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL server that the tests of this JVM share. It is searched for only once.
 *
 * @param url the JDBC URL of a database to create others from
 * @param user a user who may create databases
 * @param password empty if there is none
 */
record SharedPostgres(String url, String user, String password) {

  private static final Logger LOG = LoggerFactory.getLogger(SharedPostgres.class);

  private static final String DEFAULT_URL = "jdbc:postgresql://127.0.0.1:5432/postgres";
  private static final String DEFAULT_USER = "postgres";

  private static @Nullable SharedPostgres found;

  static synchronized SharedPostgres get() {
    if (found == null) {
      found = find();
      LOG.info("Tests share the PostgreSQL server {}", found.url);
    }
    return found;
  }

  private static SharedPostgres find() {
    Optional<String> configured = Settings.get(Settings.PG_URL);
    if (configured.isEmpty() && PostgresServer.isInstalled()) {
      PostgresServer own =
          PostgresServer.builder().durable(false).setting("max_connections", "300").launch();
      return new SharedPostgres(own.url(), own.user(), own.password());
    }
    SharedPostgres known =
        new SharedPostgres(
            configured.orElse(DEFAULT_URL),
            Settings.get(Settings.PG_USER).orElse(DEFAULT_USER),
            Settings.get(Settings.PG_PASSWORD).orElse(""));
    SQLException refusal = known.refusal();
    if (refusal == null) {
      return known;
    }
    if (configured.isPresent()) {
      throw new TestServerException(
          "The PostgreSQL server that %s names cannot be used: %s as user %s (%s, %s): %s"
              .formatted(
                  Settings.PG_URL,
                  known.url,
                  known.user,
                  Settings.PG_USER,
                  Settings.PG_PASSWORD,
                  refusal.getMessage()),
          refusal);
    }
    throw new TestServerException(
        "No PostgreSQL server for the tests. Install one, which the tests then start for themselves"
            + " (Debian: apt-get install postgresql); or set %s (%s, %s) to one where they may"
                .formatted(Settings.PG_URL, Settings.PG_USER, Settings.PG_PASSWORD)
            + " create databases; or start one on 127.0.0.1:5432 where the user postgres may"
            + " connect without a password. Tried: "
            + refusal.getMessage(),
        refusal);
  }

  private @Nullable SQLException refusal() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "20");
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      LOG.debug("{} is {}", url, connection.getMetaData().getDatabaseProductVersion());
      return null;
    } catch (SQLException e) {
      return e;
    }
  }
}
