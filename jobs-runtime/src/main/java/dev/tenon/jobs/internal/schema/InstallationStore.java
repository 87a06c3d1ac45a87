package dev.tenon.jobs.internal.schema;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Tables;
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
}
