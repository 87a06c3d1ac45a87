package dev.tenon.jobs.runtime;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Makes a pool give up connections to a server that has become read-only: after a failover the old
 * primary may continue as a standby, and HikariCP would keep its connections, although every write
 * on them fails. New connections find the new primary.
 */
final class ReadOnlyServers implements SQLExceptionOverride {

  static final ReadOnlyServers EVICT = new ReadOnlyServers();

  private static final String READ_ONLY_SQL_TRANSACTION = "25006";

  private ReadOnlyServers() {}

  // Override alone is the enum that the interface brings
  @java.lang.Override
  public Override adjudicate(SQLException exception) {
    return READ_ONLY_SQL_TRANSACTION.equals(exception.getSQLState())
        ? Override.MUST_EVICT
        : Override.CONTINUE_EVICT;
  }
}
