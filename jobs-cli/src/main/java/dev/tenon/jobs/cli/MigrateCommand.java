package dev.tenon.jobs.cli;

import dev.tenon.jobs.internal.schema.MigrationScript;
import dev.tenon.jobs.internal.schema.Migrations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon migrate}. */
@Command(
    name = "migrate",
    description = {
      "Print the SQL that brings the schema up to date, or apply it.",
      "The output is one transaction for psql, and updates the history of migrations."
    })
final class MigrateCommand extends TenonCommand {

  @Option(names = "--apply", description = "Apply the SQL instead of printing it")
  private boolean apply;

  MigrateCommand() {}

  @Override
  int run(Connection database) {
    String schema = database.schema();
    List<MigrationScript.Step> missing = Schemas.missing(database);
    if (apply && !missing.isEmpty()) {
      Schemas.accessing(
          database,
          () -> {
            Migrations.migrate(database.dataSource(), schema);
            return missing;
          });
    }
    int version = missing.isEmpty() ? Schemas.version(database, missing) : Migrations.VERSION;
    if (isJson()) {
      Map<String, @Nullable Object> view = new LinkedHashMap<>();
      view.put("applied", apply);
      view.put("version", version);
      view.put("migrations", missing.stream().map(Schemas::view).toList());
      print(view);
    } else if (version > Migrations.VERSION) {
      line(
          "-- The schema '%s' is at version %d, which is newer than this command knows (%d). There is nothing to apply. Use a newer 'tenon'."
              .formatted(schema, version, Migrations.VERSION));
    } else if (missing.isEmpty()) {
      line("-- The schema '%s' is up to date, at version %d.".formatted(schema, version));
    } else if (apply) {
      line(
          "The schema '%s' is now at version %d: %d migration(s) were applied."
              .formatted(schema, Migrations.VERSION, missing.size()));
    } else {
      out().print(MigrationScript.sql(missing, schema));
    }
    return 0;
  }
}
