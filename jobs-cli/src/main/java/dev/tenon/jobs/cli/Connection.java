package dev.tenon.jobs.cli;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.internal.sql.DatabaseUrl;
import dev.tenon.jobs.runtime.JobsRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options for the database, and the connection that they open. Closing it closes everything.
 * Not thread-safe.
 */
final class Connection implements AutoCloseable {

  private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  /** The connections that a runtime needs at the same time when it starts. */
  private static final int CONNECTIONS = 4;

  private final Map<String, String> environment;
  private final BufferedReader in;
  private @Nullable HikariDataSource dataSource;
  private @Nullable JobsRuntime runtime;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "JDBC URL of the database: jdbc:postgresql://host:5432/database")
  private @Nullable String url;

  @Option(names = "--user", paramLabel = "USER", description = "User of the database")
  private @Nullable String user;

  @Option(
      names = "--password",
      paramLabel = "PASSWORD",
      arity = "0..1",
      interactive = true,
      prompt = "Password: ",
      description =
          "Prompt for the password. A password on the command line may be visible to other users.")
  private char @Nullable [] password;

  @Option(
      names = "--schema",
      paramLabel = "SCHEMA",
      description = "Schema of Tenon's tables. Default: ${DEFAULT-VALUE}",
      defaultValue = "tenon")
  private String schema = "tenon";

  Connection(Map<String, String> environment, BufferedReader in) {
    this.environment = environment;
    this.in = in;
  }

  /** Reads the answer to a question; null if standard input is closed. */
  @Nullable String readAnswer() {
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the answer from standard input.", e);
    }
  }

  /** An environment variable; null if it is not set. */
  @Nullable String variable(String name) {
    return environment.get(name);
  }

  /** The name of the schema. */
  String schema() {
    if (!SCHEMA.matcher(schema).matches()) {
      throw Failure.usage(
          "The schema is '%s'; it must be a lower-case SQL name of up to 63 letters, digits and underscores."
              .formatted(schema));
    }
    return schema;
  }

  /** The database. */
  HikariDataSource dataSource() {
    if (dataSource == null) {
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(checkedUrl());
      config.setUsername(given(user, "TENON_DB_USER"));
      config.setPassword(
          password == null ? environment.get("TENON_DB_PASSWORD") : new String(password));
      config.setMaximumPoolSize(CONNECTIONS);
      config.setMinimumIdle(0);
      config.setPoolName("tenon-cli");
      // One try, and no waiting
      config.setInitializationFailTimeout(1);
      config.addDataSourceProperty("ApplicationName", "tenon");
      try {
        dataSource = new HikariDataSource(config);
      } catch (PoolInitializationException e) {
        throw Failure.of("Cannot connect to PostgreSQL: " + Failure.rootMessage(e));
      }
    }
    return dataSource;
  }

  /** The driver would quote a wrong URL, and a URL may hold a password. */
  private String checkedUrl() {
    String given = given(url, "TENON_DB_URL");
    if (given == null) {
      throw Failure.usage(
          "No database given. Add --url=jdbc:postgresql://host:5432/database, or set TENON_DB_URL.");
    }
    DatabaseUrl.check(
        url == null ? "The URL in TENON_DB_URL" : "The URL given to --url",
        "by --user and --password, or by TENON_DB_USER and TENON_DB_PASSWORD",
        given);
    return given;
  }

  private @Nullable String given(@Nullable String option, String variable) {
    return option != null ? option : environment.get(variable);
  }

  /**
   * The jobs.
   *
   * @throws dev.tenon.jobs.JobsStartException if the database cannot be used
   */
  JobService jobs() {
    return runtime().jobs();
  }

  /** A runtime that runs no jobs and no maintenance. */
  JobsRuntime runtime() {
    if (runtime == null) {
      runtime =
          JobsRuntime.builder()
              .dataSource(dataSource())
              .schema(schema())
              .modules()
              .migrate(false)
              .maintenance(false)
              .closeOnShutdown(false)
              .start();
    }
    return runtime;
  }

  @Override
  public void close() {
    if (runtime != null) {
      runtime.close();
    }
    if (dataSource != null) {
      dataSource.close();
    }
  }
}
