package dev.tenon.jobs.internal.schema;

import dev.tenon.jobs.libraries.flyway.core.api.FlywayException;
import dev.tenon.jobs.libraries.flyway.core.api.callback.BaseCallback;
import dev.tenon.jobs.libraries.flyway.core.api.callback.Context;
import dev.tenon.jobs.libraries.flyway.core.api.callback.Event;

/**
 * Refuses migrations of a schema that a newer version of Tenon has brought up to date. Flyway calls
 * it under the lock that all migrations take, so that no newer version can intervene. For one
 * schema; immutable.
 */
final class NewerSchemaGuard extends BaseCallback {

  private final String schema;

  NewerSchemaGuard(String schema) {
    this.schema = schema;
  }

  /** Returns whether a migration failed because this class refused it. */
  static boolean isRefusal(FlywayException failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof Refusal) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.BEFORE_EACH_MIGRATE;
  }

  @Override
  public void handle(Event event, Context context) {
    int version = StartStore.history(context.getConnection(), schema).version();
    if (version > Migrations.VERSION) {
      throw new Refusal(
          "The schema '%s' is at version %d, which is newer than version %d of this code."
              .formatted(schema, version, Migrations.VERSION));
    }
  }

  /** Thrown to roll back the transaction of the migration. */
  private static final class Refusal extends FlywayException {

    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }
}
