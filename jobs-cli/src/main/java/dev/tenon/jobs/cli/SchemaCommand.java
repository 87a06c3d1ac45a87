package dev.tenon.jobs.cli;

import dev.tenon.jobs.internal.schema.MigrationScript;
import dev.tenon.jobs.internal.schema.Migrations;
import dev.tenon.jobs.internal.schema.StartStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code tenon schema}. */
@Command(
    name = "schema",
    description =
        "Show the version of the schema, and the missing migrations. The exit code is 3 if any are missing.")
final class SchemaCommand extends TenonCommand {

  SchemaCommand() {}

  @Override
  int run(Connection database) {
    String schema = database.schema();
    List<MigrationScript.Step> missing = Schemas.missing(database);
    StartStore.Server server =
        Schemas.accessing(
            database, () -> StartStore.look(database.dataSource(), schema, StartStore::server));
    int version = Schemas.version(database, missing);
    if (isJson()) {
      Map<String, @Nullable Object> view = new LinkedHashMap<>();
      view.put("schema", schema);
      view.put("version", version);
      view.put("needed", Migrations.VERSION);
      view.put("database", server.database());
      view.put("user", server.user());
      view.put("postgresql", server.versionText());
      view.put("missing", missing.stream().map(Schemas::view).toList());
      print(view);
    } else {
      line(
          "Schema '%s' in database '%s' on PostgreSQL %s, as user '%s'"
              .formatted(schema, server.database(), server.versionText(), server.user()));
      line(
          version == 0
              ? "The schema has no Tenon tables."
              : "The schema is at version %d; this command needs version %d."
                  .formatted(version, Migrations.VERSION));
      missing.forEach(step -> line("Missing: " + step.script()));
    }
    return missing.isEmpty() ? 0 : Failure.UNWELL;
  }
}
