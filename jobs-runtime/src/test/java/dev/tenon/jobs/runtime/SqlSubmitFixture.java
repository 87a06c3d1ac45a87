package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * A database with Tenon's tables, a runtime that knows all of {@link SqlSubmitTypes}, and a role
 * that may submit jobs of all of them.
 */
final class SqlSubmitFixture implements AutoCloseable {

  static final String INVALID = "22023";
  static final String TOO_LARGE = "54000";

  private final Fixture fixture = Fixture.withoutRabbit();
  final JobsRuntime runtime;
  final SqlSubmitter sql;

  SqlSubmitFixture() throws SQLException {
    runtime =
        fixture.start(
            fixture
                .builder()
                .sizeLimits(SizeLimits.defaults().withPayloadBytes(2_000))
                .modules(TestJobs.moduleOf(SqlSubmitTypes.ALL)));
    sql =
        SqlSubmitter.start(
            fixture.database(),
            SqlSubmitTypes.ALL.stream().map(JobDefinition::type).toArray(String[]::new));
  }

  PostgresDatabase database() {
    return fixture.database();
  }

  static String newName() {
    return UUID.randomUUID().toString();
  }

  static String json(String name, int quantity) {
    return "{\"name\":\"%s\",\"quantity\":%d}".formatted(name, quantity);
  }

  static SubmitOptions by() {
    return SubmitOptions.by("t");
  }

  void owner(String statements) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }

  String ownerValue(String query) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).as(query).isTrue();
      return rows.getString(1);
    }
  }

  void refused(String payload, String state, String message) {
    refused(() -> sql.submit(SqlSubmitTypes.PLAIN.type(), payload, ""), state, message);
  }

  static void refused(ThrowingCallable call, String state, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo(state);
  }

  @Override
  public void close() throws SQLException {
    sql.close();
    fixture.close();
  }
}
