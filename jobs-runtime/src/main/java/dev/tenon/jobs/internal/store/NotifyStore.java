package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.Map;

/**
 * Sends notifications to the processes that listen on PostgreSQL's channel. Thread-safe.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-notify.html">NOTIFY</a>
 */
public final class NotifyStore {

  /**
   * The channel, which all schemas of a database share; each message begins with the name of its
   * schema.
   */
  public static final String CHANNEL = "tenon_jobs";

  private static final HotStatement NOTIFY =
      HotStatement.of(
          DSL.select(
              DSL.function(
                      "pg_notify",
                      SQLDataType.CLOB,
                      DSL.inline(CHANNEL),
                      DSL.param("message", SQLDataType.CLOB))
                  .cast(SQLDataType.CLOB)));

  private final Database database;

  /** The store of this database. */
  public NotifyStore(Database database) {
    this.database = database;
  }

  /** Sends a message to all processes that are listening now. */
  public void send(String message) {
    NOTIFY.run(database.control(), Map.of("message", message), row -> {});
  }
}
