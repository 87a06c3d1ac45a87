package dev.tenon.jobs.quarkus;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Makes Tenon's pool give up connections to a server that has become read-only, such as the old
 * primary after a failover, as the other pools of the runtime do. New connections find the new
 * primary. Thread-safe.
 */
final class ReadOnlyServers implements SQLExceptionOverride {

  private static final String READ_ONLY_SQL_TRANSACTION = "25006";

  // Override alone is the enum that the interface brings
  @java.lang.Override
  public Override adjudicate(SQLException exception) {
    return READ_ONLY_SQL_TRANSACTION.equals(exception.getSQLState())
        ? Override.MUST_EVICT
        : Override.CONTINUE_EVICT;
  }
}
