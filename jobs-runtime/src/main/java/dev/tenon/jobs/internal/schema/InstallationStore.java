package dev.tenon.jobs.internal.schema;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Tables;
import java.sql.Connection;
import java.util.Objects;
import java.util.UUID;

/** Reads the id of the installation of Tenon that a schema belongs to. Thread-safe. */
public final class InstallationStore {

  private final Database database;

  /** The store of this database. */
  public InstallationStore(Database database) {
    this.database = database;
  }

  /**
   * Returns the id of the installation, which never changes. A copy of the schema has the same one.
   */
  public UUID id() {
    Tables.Installation i = database.tables().installation;
    return Objects.requireNonNull(database.control().select(i.id).from(i).fetchSingle(i.id));
  }

  /**
   * Returns the id of the installation that a connection of the application leads to.
   *
   * @throws dev.tenon.jobs.internal.sql.StoreException if it cannot be read, perhaps because the
   *     schema is not there
   */
  public UUID id(Connection connection) {
    Tables.Installation i = database.tables().installation;
    return Objects.requireNonNull(
        Database.context(connection).select(i.id).from(i).fetchSingle(i.id));
  }
}
