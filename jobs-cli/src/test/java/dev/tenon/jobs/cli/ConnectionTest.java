package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.schema.Migrations;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How the command finds its database, and what it does with a schema that is not as it needs it.
 */
class ConnectionTest {

  private PostgresDatabase database;

  @BeforeEach
  void open() {
    database = PostgresDatabase.shared();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Command tenon(String... arguments) {
    return Command.run(Installation.environment(database), arguments);
  }

  @Test
  void printsAndAppliesMigrations() throws SQLException {
    assertThat(tenon("schema").exitsWith(3).out())
        .contains(
            "The schema has no Tenon tables.", "Missing: V1__tables.sql\nMissing: R__1_rules.sql");
    assertThat(tenon("list").exitsWith(1).err())
        .startsWith("tenon: Tenon cannot start.")
        .contains("'tenon migrate' to update the schema");

    String sql = tenon("migrate").succeeds().out();
    assertThat(sql).startsWith("BEGIN;\nCREATE SCHEMA").endsWith("COMMIT;\n").doesNotContain("${");
    assertThat(tenon("schema").exitsWith(3).out()).contains("no Tenon tables");
    try (var connection =
            DriverManager.getConnection(database.url(), database.user(), database.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    assertThat(tenon("schema").succeeds().out()).contains("this command needs version");
    assertThat(tenon("migrate").succeeds().out()).contains("is up to date");
    // Flyway takes what was done for its own
    JobsRuntime.builder()
        .database(database.url(), database.user(), database.password())
        .modules()
        .closeOnShutdown(false)
        .start()
        .close();
    assertThat(tenon("list").succeeds().out()).isEqualTo("No jobs.\n");
  }

  private void execute(String sql) throws SQLException {
    try (var connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void saysThatTheSchemaIsNewerThanTheCommand() throws SQLException {
    var unused = tenon("migrate", "--apply").succeeds();
    execute(
        """
        INSERT INTO tenon.schema_history
          (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
        VALUES (1000, '99', 'future', 'SQL', 'V99__future.sql', 1, current_user, 0, true)
        """);
    for (String[] arguments :
        List.of(new String[] {"migrate"}, new String[] {"migrate", "--apply"})) {
      assertThat(tenon(arguments).succeeds().out())
          .startsWith("-- The schema 'tenon' is at version 99, which is newer than this command")
          .contains("newer than this command knows (" + Migrations.VERSION + ")")
          .contains("Use a newer 'tenon'")
          .doesNotContain("up to date");
    }
    assertThat(tenon("migrate", "--json").succeeds().out())
        .isEqualTo("{\"applied\":false,\"version\":99,\"migrations\":[]}\n");
  }

  @Test
  void recommendsNoMigrationWhereRightsAreMissing() throws SQLException {
    var unused = tenon("migrate", "--apply").succeeds();
    String user = "u" + UUID.randomUUID().toString().replace("-", "");
    execute("CREATE ROLE " + user + " LOGIN PASSWORD 'secret'");
    try {
      Command command =
          Command.run(
              Map.of(
                  "TENON_DB_URL",
                  database.url(),
                  "TENON_DB_USER",
                  user,
                  "TENON_DB_PASSWORD",
                  "secret"),
              "list");
      assertThat(command.exitsWith(1).err())
          .contains("lacks rights to the schema 'tenon'", "GRANT ")
          .doesNotContain("migrate", "--schema");
    } finally {
      execute("DROP ROLE " + user);
    }
  }

  @Test
  void appliesMigrationsInAnotherSchema() {
    assertThat(tenon("migrate", "--schema=work", "--apply").succeeds().out())
        .startsWith("The schema 'work' is now at version");
    assertThat(tenon("schema", "--schema=work", "--json").succeeds().out())
        .startsWith("{\"schema\":\"work\",\"version\":")
        .endsWith("\"missing\":[]}\n");
    assertThat(tenon("migrate", "--schema=work", "--apply", "--json").succeeds().out())
        .endsWith("\"migrations\":[]}\n");
    assertThat(tenon("list", "--schema=work").succeeds().out()).isEqualTo("No jobs.\n");
  }

  @Test
  void takesOptionsBeforeVariables() {
    var unused = tenon("migrate", "--apply").succeeds();
    Command command =
        Command.run(
            Map.of("TENON_DB_URL", "jdbc:postgresql://nowhere.invalid/x"),
            "list",
            "--url=" + database.url(),
            "--user=" + database.user(),
            "--password=" + database.password());
    assertThat(command.succeeds().out()).isEqualTo("No jobs.\n");
  }

  @Test
  void saysWhenThereIsNoDatabaseAndShowsNoPassword() {
    assertThat(Command.run(Map.of(), "list").exitsWith(2).err())
        .contains("No database given", "TENON_DB_URL");
    assertThat(
            Command.run(Map.of(), "list", "--url=postgres://app:secret@host/db").exitsWith(2).err())
        .contains("jdbc:postgresql:")
        .doesNotContain("secret");
    for (String url :
        List.of(
            "jdbc:postgresql://host:54x2/app?password=secret",
            "jdbc:postgresql://host:99999/app?password=secret",
            "jdbc:postgresql://app:secret@host/app",
            "jdbc:postgresql://host?password=secret",
            "jdbc:postgresql://[host/app?password=secret")) {
      assertThat(Command.run(Map.of(), "list", "--url=" + url).exitsWith(2).err())
          .contains("The URL", "jdbc:postgresql://host:5432/database")
          .doesNotContain("secret");
    }
    Command refused =
        Command.run(
            Map.of("TENON_DB_PASSWORD", "secret"),
            "schema",
            "--url=jdbc:postgresql://127.0.0.1:1/x?password=secret");
    assertThat(refused.exitsWith(1).err())
        .startsWith("tenon: Cannot connect to PostgreSQL")
        .doesNotContain("secret");
  }

  @Test
  void helpsWithoutADatabase() {
    assertThat(Command.run(Map.of(), "--help").succeeds().out())
        .contains("Usage: tenon", "list", "migrate", "Exit codes: 0 success");
    assertThat(Command.run(Map.of(), "cancel", "--help").succeeds().out()).contains("--expect");
    assertThat(Command.run(Map.of(), "--version").succeeds().out()).contains("of the schema");
    assertThat(Command.run(Map.of(), "generate-completion").succeeds().out())
        .contains("bash completion", "schedules");
    assertThat(Command.run(Map.of()).exitsWith(2).err()).contains("Missing required subcommand");
  }
}
