package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.micronaut.context.ApplicationContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/** An application as a user has it: handlers without other annotations, and properties. */
final class TestApplication {

  private TestApplication() {}

  /** The properties of an application on a database, with some of its own. */
  static Map<String, Object> properties(PostgresDatabase database, Map<String, Object> own) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("datasources.default.url", database.url());
    properties.put("datasources.default.username", database.user());
    properties.put("datasources.default.password", database.password());
    properties.put("tenon.worker.grace-period", "0s");
    properties.putAll(own);
    return properties;
  }

  /** Starts an application on a database. */
  static ApplicationContext start(PostgresDatabase database, Map<String, Object> own) {
    return ApplicationContext.run(properties(database, own));
  }

  /** A database with the table of the application. */
  static PostgresDatabase database() throws SQLException {
    PostgresDatabase database = PostgresDatabase.shared();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE orders (number text PRIMARY KEY)");
    }
    return database;
  }

  /** The orders in the database. */
  static List<String> orders(PostgresDatabase database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT number FROM orders ORDER BY number")) {
      List<String> orders = new ArrayList<>();
      while (rows.next()) {
        orders.add(rows.getString(1));
      }
      return orders;
    }
  }

  /** The number of workers that are stopping and still have jobs. */
  static int stoppingWorkers(PostgresDatabase database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM tenon.workers WHERE quieted_at IS NOT NULL")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  /** Waits until a job has ended. */
  static Job awaitEnd(JobService jobs, UUID id) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> jobs.get(id), job -> job.status().isTerminal());
  }
}
