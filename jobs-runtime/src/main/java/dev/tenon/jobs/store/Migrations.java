package dev.tenon.jobs.store;

import dev.tenon.jobs.background.LogText;
import dev.tenon.jobs.background.LoggableFailure;
import dev.tenon.jobs.libraries.flyway.core.Flyway;
import dev.tenon.jobs.libraries.flyway.core.api.FlywayException;
import dev.tenon.jobs.libraries.flyway.core.api.logging.LogFactory;
import dev.tenon.jobs.libraries.flyway.core.api.output.MigrateResult;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings Tenon's schema to the version that this code needs, with Flyway. */
public final class Migrations {

  /** The version that the newest migration brings the schema to. */
  public static final int VERSION = 26;

  /** The table in which Flyway keeps what was done. */
  public static final String HISTORY = "schema_history";

  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** How long a migration is tried whose tables somebody else uses. */
  private static final Duration MAX_WAIT = Duration.ofMinutes(1);

  /**
   * A try holds up everybody who wants the table, for two seconds at most, and all of them get
   * through in between. PostgreSQL needs one second to end an autovacuum that is in the way.
   */
  private static final Duration PAUSE = Duration.ofSeconds(4);

  private Migrations() {}

  /**
   * Creates the schema or brings it up to date. Many processes may do so at once. If there is
   * nothing to do, no table is locked. A table that somebody else uses, such as a backup, is waited
   * for in short tries, so that others can use it meanwhile.
   *
   * @param dataSource a data source whose user may create the schema
   * @param schema the schema of Tenon's tables; its history table is in it too
   * @throws dev.tenon.jobs.libraries.flyway.core.api.FlywayException if a migration fails; the
   *     schema is as it was
   */
  public static void migrate(DataSource dataSource, String schema) {
    MigrateResult result = migrateInTries(dataSource, schema);
    if (result.migrationsExecuted > 0) {
      LOG.info(
          "The schema '{}' was brought to version {} by {} migrations.",
          schema,
          result.targetSchemaVersion,
          result.migrationsExecuted);
    }
  }

  private static MigrateResult migrateInTries(DataSource dataSource, String schema) {
    long end = System.nanoTime() + MAX_WAIT.toNanos();
    while (true) {
      try {
        return flyway(dataSource, schema).migrate();
      } catch (FlywayException e) {
        if (!LOCK_NOT_AVAILABLE.equals(LoggableFailure.sqlState(e)) || System.nanoTime() >= end) {
          throw e;
        }
        LOG.info(
            "A migration of schema '{}' needs a table that another transaction uses, such as a backup. It is tried again in {} s.",
            LogText.escape(schema),
            PAUSE.toSeconds());
        pause(e);
      }
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
            .locations("classpath:dev/tenon/jobs/store/migrations")
            .schemas(schema)
            .defaultSchema(schema)
            .createSchemas(true)
            .table(HISTORY)
            // A newer worker may have migrated already: an older one runs against its schema
            .ignoreMigrationPatterns("*:future")
            .load();
    // Loading chooses a log; this one is only for the copy of Flyway that nobody else uses
    LogFactory.setLogCreator(FlywayLog::new);
    return flyway;
  }
}
