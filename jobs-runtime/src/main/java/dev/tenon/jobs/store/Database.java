package dev.tenon.jobs.store;

import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/**
 * The ways into PostgreSQL. Submitting and reading go over {@link #dsl()}; claims, outcomes,
 * heartbeats and upkeep go over {@link #control()}, whose connections nothing else may use up.
 * Thread-safe.
 */
public final class Database {

  /** How statements are written, also those in a transaction of the caller. */
  static final Settings SETTINGS =
      new Settings().withExecuteLogging(false).withReturnAllOnUpdatableRecord(false);

  private final DSLContext dsl;
  private final DSLContext control;
  private final Tables tables;

  /**
   * The ways into a schema.
   *
   * @param dataSource for submitting and reading
   * @param controlDataSource for claims, outcomes, heartbeats and upkeep
   * @param schema the schema of Tenon's tables
   */
  public Database(DataSource dataSource, DataSource controlDataSource, String schema) {
    this.dsl = DSL.using(dataSource, SQLDialect.POSTGRES, SETTINGS);
    this.control = DSL.using(controlDataSource, SQLDialect.POSTGRES, SETTINGS);
    this.tables = new Tables(schema);
  }

  DSLContext dsl() {
    return dsl;
  }

  DSLContext control() {
    return control;
  }

  Tables tables() {
    return tables;
  }
}
