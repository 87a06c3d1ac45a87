package dev.tenon.jobs.options;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Runs the steps of handlers that write to PostgreSQL in one transaction with their record. An
 * integration implements it, so that steps take part in the transactions of its framework. The
 * database must be the one that has Tenon's tables. Implementations are thread-safe.
 */
@FunctionalInterface
public interface StepTransactions {

  /**
   * Runs work in a new transaction: commits it when the work returns, and rolls it back if the work
   * throws an exception, which is passed on.
   *
   * @throws Exception if the transaction cannot begin, or cannot be committed
   */
  void run(Work work) throws Exception;

  /** The work of one transaction. */
  @FunctionalInterface
  interface Work {

    /**
     * Does the work.
     *
     * @param connection a connection with auto-commit off, which the work neither commits nor
     *     closes
     */
    void run(Connection connection);
  }

  /** Transactions on connections of a data source. */
  static StepTransactions of(DataSource dataSource) {
    Objects.requireNonNull(dataSource, "dataSource");
    return work -> {
      try (Connection connection = dataSource.getConnection()) {
        boolean autoCommit = connection.getAutoCommit();
        if (autoCommit) {
          connection.setAutoCommit(false);
        }
        try {
          work.run(connection);
          connection.commit();
        } catch (Throwable e) {
          rollBack(connection, e);
          throw e;
        } finally {
          if (autoCommit && !connection.isClosed()) {
            connection.setAutoCommit(true);
          }
        }
      }
    };
  }

  private static void rollBack(Connection connection, Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // It is broken, so the server rolls back
      cause.addSuppressed(e);
    }
  }
}
