package dev.tenon.jobs;

import dev.tenon.jobs.internal.schema.Migrations;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Databases with Tenon's empty tables in the schema {@code tenon}: copies of one that the test JVM
 * makes once, since the migrations take about a second.
 */
public final class TenonDatabase {

  private static @Nullable PostgresDatabase template;

  private TenonDatabase() {}

  /** Makes one on the shared server. */
  public static PostgresDatabase shared() {
    PostgresDatabase database = template().copy();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      // An installation of its own
      statement.execute("UPDATE tenon.installation SET id = gen_random_uuid()");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return database;
  }

  private static synchronized PostgresDatabase template() {
    PostgresDatabase known = template;
    if (known == null) {
      known = PostgresDatabase.shared();
      Migrations.migrate(known.dataSource(), "tenon");
      template = known;
    }
    return known;
  }
}
