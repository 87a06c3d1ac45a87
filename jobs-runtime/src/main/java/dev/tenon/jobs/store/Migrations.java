package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.flyway.core.Flyway;
import dev.tenon.jobs.libraries.flyway.core.api.logging.LogFactory;
import dev.tenon.jobs.libraries.flyway.core.api.output.MigrateResult;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings Tenon's schema to the version that this code needs, with Flyway. */
public final class Migrations {

  /** The version that the newest migration brings the schema to. */
  public static final int VERSION = 25;

  /** The table in which Flyway keeps what was done. */
  public static final String HISTORY = "schema_history";

  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private Migrations() {}

  /**
   * Creates the schema or brings it up to date. Many processes may do so at once.
   *
   * @param dataSource a data source whose user may create the schema
   * @param schema the schema of Tenon's tables; its history table is in it too
   * @throws dev.tenon.jobs.libraries.flyway.core.api.FlywayException if a migration fails; the
   *     schema is as it was
   */
  public static void migrate(DataSource dataSource, String schema) {
    MigrateResult result = flyway(dataSource, schema).migrate();
    if (result.migrationsExecuted > 0) {
      LOG.info(
          "The schema '{}' was brought to version {} by {} migrations.",
          schema,
          result.targetSchemaVersion,
          result.migrationsExecuted);
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
