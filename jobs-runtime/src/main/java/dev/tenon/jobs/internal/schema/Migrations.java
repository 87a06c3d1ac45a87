package dev.tenon.jobs.internal.schema;

import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.libraries.flyway.core.Flyway;
import dev.tenon.jobs.libraries.flyway.core.api.FlywayException;
import dev.tenon.jobs.libraries.flyway.core.api.MigrationInfo;
import dev.tenon.jobs.libraries.flyway.core.api.logging.LogFactory;
import dev.tenon.jobs.libraries.flyway.core.api.output.MigrateResult;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings Tenon's schema to the version that this code needs, with Flyway.
 *
 * <p>Versioned files create and change tables; each is applied once. Functions and triggers are in
 * repeatable files: each process applies those that have another checksum in the history. An older
 * process would thus restore its older functions while a newer one runs. So nothing is applied to a
 * schema that is newer, and a release that changes a repeatable file also has a versioned file, if
 * only to raise the version.
 */
public final class Migrations {

  /** The version that the newest versioned file brings the schema to. */
  public static final int VERSION = 1;

  /** The table where Flyway records the applied migrations. */
  public static final String HISTORY = "schema_history";

  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** The maximum time that a migration is retried while somebody else uses its tables. */
  private static final Duration MAX_WAIT = Duration.ofMinutes(1);

  /**
   * The pause between two tries. A try blocks everybody who needs the table for two seconds at
   * most, and all of them get through during the pause. PostgreSQL needs one second to end an
   * autovacuum that is in the way.
   */
  private static final Duration PAUSE = Duration.ofSeconds(4);

  private Migrations() {}

  /**
   * Creates the schema or brings it up to date. Many processes may do so at the same time. If there
   * is nothing to do, or the schema is newer than this code, nothing is changed and no table is
   * locked. If somebody else, such as a backup, uses a table, the migration waits for it in short
   * tries, so that others can use it meanwhile.
   *
   * @param dataSource a data source whose user may create the schema
   * @param schema the schema of Tenon's tables; its history table is in it too
   * @throws dev.tenon.jobs.libraries.flyway.core.api.FlywayException if a migration fails; the
   *     schema is as it was
   */
  public static void migrate(DataSource dataSource, String schema) {
    long end = System.nanoTime() + MAX_WAIT.toNanos();
    while (true) {
      Flyway flyway = flyway(dataSource, schema);
      if (isNewer(flyway)) {
        return;
      }
      try {
        log(flyway.migrate(), schema);
        return;
      } catch (FlywayException e) {
        if (LOCK_NOT_AVAILABLE.equals(LoggableFailure.sqlState(e)) && System.nanoTime() < end) {
          LOG.info(
              "A migration of schema '{}' needs a table that another transaction uses, such as a backup. It is tried again in {} s.",
              LogText.escape(schema),
              PAUSE.toSeconds());
          pause(e);
        } else if (NewerSchemaGuard.isRefusal(e)) {
          return;
        } else {
          throw e;
        }
      }
    }
  }

  /** Returns whether a newer version of Tenon has brought the schema up to date. */
  static boolean isNewer(Flyway flyway) {
    MigrationInfo current = flyway.info().current();
    return current != null
        && current.isVersioned()
        && current.getVersion().isNewerThan(Integer.toString(VERSION));
  }

  private static void log(MigrateResult result, String schema) {
    if (result.migrationsExecuted > 0) {
      LOG.info(
          result.initialSchemaVersion == null
              ? "The schema '{}' was created at version {}."
              : "The schema '{}' was upgraded to version {}.",
          LogText.escape(schema),
          VERSION);
    }
  }

  private static void pause(FlywayException failure) {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  static Flyway flyway(DataSource dataSource, String schema) {
    Flyway flyway =
        Flyway.configure(Migrations.class.getClassLoader())
            .dataSource(dataSource)
            // Below a package of this module, or it is not found on the module path
            .locations("classpath:dev/tenon/jobs/internal/schema/migrations")
            .schemas(schema)
            .defaultSchema(schema)
            .createSchemas(true)
            .table(HISTORY)
            // In one transaction, so that nobody calls a new function alongside an old one
            .group(true)
            // A repeatable file may get another name; the callback refuses schemas of a newer
            // version
            .ignoreMigrationPatterns("repeatable:missing", "*:future")
            .callbacks(new NewerSchemaGuard(schema))
            .load();
    // Loading the class chooses a log; this one is only for our own copy of Flyway
    LogFactory.setLogCreator(FlywayLog::new);
    return flyway;
  }
}
