package dev.tenon.examples.plm.database;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The schema {@code plm}, where the application keeps its designs, items and parts. */
public final class PlmSchema {

  private PlmSchema() {}

  /** Makes the tables, or brings them up to date. Several processes may do it at the same time. */
  public static void migrate(DataSource database) {
    Flyway.configure()
        .dataSource(database)
        .schemas("plm")
        .locations("classpath:db/plm")
        .load()
        .migrate();
  }
}
