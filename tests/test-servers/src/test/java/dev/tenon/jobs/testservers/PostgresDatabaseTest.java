package dev.tenon.jobs.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class PostgresDatabaseTest {

  @Test
  void isEmptyAndItsOwn() throws SQLException {
    try (PostgresDatabase first = PostgresDatabase.shared();
        PostgresDatabase second = PostgresDatabase.shared()) {
      assertThat(first.url()).endsWith("/" + first.name()).isNotEqualTo(second.url());
      execute(first, "CREATE TABLE t (id int)");
      execute(second, "CREATE TABLE t (id int)");
      assertThat(tables(first)).isEqualTo(1);
    }
  }

  @Test
  void aCopyHasWhatItHasAndIsItsOwn() throws SQLException {
    try (PostgresDatabase original = PostgresDatabase.shared()) {
      execute(original, "CREATE TABLE t (id int)");
      try (PostgresDatabase copy = original.copy()) {
        execute(copy, "CREATE TABLE u (id int)");
        assertThat(tables(copy)).isEqualTo(2);
        assertThat(tables(original)).isEqualTo(1);
      }
    }
  }

  @Test
  void isDroppedAlthoughSomeoneIsConnected() throws SQLException {
    PostgresDatabase database = PostgresDatabase.shared();
    try (Connection open = database.dataSource().getConnection()) {
      assertThat(open.isValid(5)).isTrue();
      database.close();
      database.close();
      assertThat(open.isValid(5)).isFalse();
    }
    assertThatThrownBy(database::connect).hasMessageContaining("does not exist");
  }

  private static void execute(PostgresDatabase database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int tables(PostgresDatabase database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
