package dev.tenon.jobs.cli;

import dev.tenon.jobs.internal.schema.MigrationScript;
import dev.tenon.jobs.internal.schema.StartStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The state of the schema. */
final class Schemas {

  private Schemas() {}

  /** The migrations that it lacks. */
  static List<MigrationScript.Step> missing(Connection database) {
    String schema = database.schema();
    return accessing(database, () -> MigrationScript.missing(database.dataSource(), schema));
  }

  /** The version that the schema is at; 0 if it has no tables of Tenon. */
  static int version(Connection database, List<MigrationScript.Step> missing) {
    if (missing.stream().anyMatch(MigrationScript.Step::isFirst)) {
      return 0;
    }
    String schema = database.schema();
    return accessing(
            database, () -> StartStore.look(database.dataSource(), schema, StartStore::history))
        .version();
  }

  /** Runs a step; if it fails, throws a failure with the message of PostgreSQL. */
  static <T> T accessing(Connection database, Supplier<T> access) {
    try {
      return access.get();
    } catch (Failure e) {
      throw e;
    } catch (RuntimeException e) {
      throw Failure.of(
          "Cannot read or change the schema '%s': %s"
              .formatted(database.schema(), Failure.rootMessage(e)));
    }
  }

  static Map<String, @Nullable Object> view(MigrationScript.Step step) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("version", step.version());
    view.put("description", step.description());
    view.put("script", step.script());
    return view;
  }
}
