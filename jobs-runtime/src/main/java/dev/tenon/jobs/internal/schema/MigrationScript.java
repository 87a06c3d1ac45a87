package dev.tenon.jobs.internal.schema;

import dev.tenon.jobs.libraries.flyway.core.Flyway;
import dev.tenon.jobs.libraries.flyway.core.api.MigrationInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes the missing migrations as SQL, for people who apply them themselves. The SQL records in
 * the history what it does, as Flyway would, so that a process that migrates afterwards finds the
 * schema up to date.
 */
public final class MigrationScript {

  private static final String FOLDER = "migrations/";

  private MigrationScript() {}

  /**
   * A migration.
   *
   * @param version the version that it brings the schema to; null for a file of functions or
   *     triggers, which is applied whenever it has changed
   * @param description its subject
   * @param sql its statements
   * @param script the name of its file
   * @param checksum the checksum that Flyway compares the file by
   */
  public record Step(
      @Nullable Integer version, String description, String sql, String script, int checksum) {

    /** Returns whether it creates the tables. */
    public boolean isFirst() {
      return version != null && version == 1;
    }
  }

  /**
   * Returns the migrations that the schema lacks, in their order: all of them if there is no such
   * schema, and none if it is newer than this code.
   *
   * @param dataSource a data source whose user may read the history
   */
  public static List<Step> missing(DataSource dataSource, String schema) {
    List<Step> steps = new ArrayList<>();
    Flyway flyway = Migrations.flyway(dataSource, schema);
    if (Migrations.isNewer(flyway)) {
      return List.of();
    }
    for (MigrationInfo info : flyway.info().pending()) {
      steps.add(
          new Step(
              info.isVersioned() ? Integer.valueOf(info.getVersion().getVersion()) : null,
              info.getDescription(),
              text(info.getScript()).replace("${flyway:defaultSchema}", schema),
              info.getScript(),
              Objects.requireNonNull(info.getChecksum())));
    }
    return List.copyOf(steps);
  }

  private static String text(String script) {
    String file = script.substring(script.lastIndexOf('/') + 1);
    try (InputStream in = MigrationScript.class.getResourceAsStream(FOLDER + file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The migration " + file + " cannot be read.", e);
    }
  }

  /**
   * Writes the steps as one transaction of SQL, and creates the schema and its history if they are
   * missing.
   *
   * @param schema the name of the schema, which was already checked
   */
  public static String sql(List<Step> steps, String schema) {
    StringBuilder sql = new StringBuilder();
    String name = '"' + schema + '"';
    add(
        sql,
        "BEGIN;",
        "CREATE SCHEMA IF NOT EXISTS " + name + ";",
        "SET LOCAL search_path TO " + name + ";",
        "CREATE TABLE IF NOT EXISTS schema_history (",
        "  installed_rank integer NOT NULL CONSTRAINT schema_history_pk PRIMARY KEY,",
        "  version varchar(50),",
        "  description varchar(200) NOT NULL,",
        "  type varchar(20) NOT NULL,",
        "  script varchar(1000) NOT NULL,",
        "  checksum integer,",
        "  installed_by varchar(100) NOT NULL,",
        "  installed_on timestamp NOT NULL DEFAULT now(),",
        "  execution_time integer NOT NULL,",
        "  success boolean NOT NULL);",
        "CREATE INDEX IF NOT EXISTS schema_history_s_idx ON schema_history (success);");
    for (Step step : steps) {
      add(
          sql,
          "",
          "-- " + step.script(),
          step.sql().strip(),
          "INSERT INTO schema_history",
          "  (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)",
          "SELECT coalesce(max(installed_rank), 0) + 1, %s, '%s', 'SQL', '%s', %d, current_user, 0, true"
              .formatted(
                  step.version() == null ? "NULL" : "'" + step.version() + "'",
                  step.description(),
                  step.script(),
                  step.checksum()),
          "FROM schema_history;");
    }
    add(sql, "", "COMMIT;");
    return sql.toString();
  }

  private static void add(StringBuilder sql, String... lines) {
    Arrays.stream(lines).forEach(line -> sql.append(line).append('\n'));
  }
}
