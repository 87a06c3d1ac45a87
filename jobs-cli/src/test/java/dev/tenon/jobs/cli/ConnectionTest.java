package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
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
        .contains("It has no tables of Tenon.", "Missing: 1 jobs");
    assertThat(tenon("list").exitsWith(1).err())
        .startsWith("tenon: Tenon cannot start.")
        .contains("'migrate' brings it up to date");

    String sql = tenon("migrate").succeeds().out();
    assertThat(sql).startsWith("BEGIN;\nCREATE SCHEMA").endsWith("COMMIT;\n").doesNotContain("${");
    assertThat(tenon("schema").exitsWith(3).out()).contains("no tables");
    try (var connection =
            DriverManager.getConnection(database.url(), database.user(), database.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    assertThat(tenon("schema").succeeds().out()).contains("this command is for version");
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
            Map.of("JOBS_DB_URL", "jdbc:postgresql://nowhere.invalid/x"),
            "list",
            "--url=" + database.url(),
            "--user=" + database.user(),
            "--password=" + database.password());
    assertThat(command.succeeds().out()).isEqualTo("No jobs.\n");
  }

  @Test
  void saysWhenThereIsNoDatabaseAndShowsNoPassword() {
    assertThat(Command.run(Map.of(), "list").exitsWith(2).err())
        .contains("No database is named", "JOBS_DB_URL");
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
            Map.of("JOBS_DB_PASSWORD", "secret"),
            "schema",
            "--url=jdbc:postgresql://127.0.0.1:1/x?password=secret");
    assertThat(refused.exitsWith(1).err())
        .startsWith("tenon: PostgreSQL cannot be used")
        .doesNotContain("secret");
  }

  @Test
  void helpsWithoutADatabase() {
    assertThat(Command.run(Map.of(), "--help").succeeds().out())
        .contains("Usage: tenon", "list", "migrate", "Exit codes: 0 done");
    assertThat(Command.run(Map.of(), "cancel", "--help").succeeds().out()).contains("--expect");
    assertThat(Command.run(Map.of(), "--version").succeeds().out()).contains("of the schema");
    assertThat(Command.run(Map.of(), "generate-completion").succeeds().out())
        .contains("bash completion", "schedules");
    assertThat(Command.run(Map.of()).exitsWith(2).err()).contains("Missing required subcommand");
  }
}
