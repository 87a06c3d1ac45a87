package dev.tenon.benchmarks.systems;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.benchmarks.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Connection pools for the systems that are given one, and their tables. */
final class Pools {

  /** For the threads that poll and clean up. */
  static final int EXTRA = 4;

  private Pools() {}

  /** A pool with a connection for each job that runs at a time, and a few more. */
  static HikariDataSource open(Place place) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(place.url());
    config.setUsername(place.user());
    config.setPassword(place.password());
    config.setMaximumPoolSize(place.slots() + EXTRA);
    return new HikariDataSource(config);
  }

  /** Runs the statements of a resource. */
  static void run(HikariDataSource pool, Class<?> neighbour, String resource)
      throws SQLException, IOException {
    try (InputStream script = neighbour.getResourceAsStream(resource);
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      if (script == null) {
        throw new IOException("There is no resource " + resource);
      }
      boolean unused = statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** The one number that a query has. */
  static long number(HikariDataSource pool, String query) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      boolean unused = rows.next();
      return rows.getLong(1);
    }
  }
}
