package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.flyway.core.Flyway;
import javax.sql.DataSource;

/** Brings Tenon's schema to the version that this code needs, with Flyway. */
public final class Migrations {

  /** The version that the newest migration brings the schema to. */
  public static final int VERSION = 23;

  /** The table in which Flyway keeps what was done. */
  public static final String HISTORY = "schema_history";

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
    flyway(dataSource, schema).migrate();
  }

  static Flyway flyway(DataSource dataSource, String schema) {
    return Flyway.configure(Migrations.class.getClassLoader())
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
  }
}
