package dev.tenon.jobs.internal.sql;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the database could not be reached, or could not run the statement at this moment: the
 * connection broke, the pool had none, the server is starting, stopping or read-only, or a deadlock
 * or a timeout ended the statement. The same statement may succeed later.
 */
public final class StoreUnavailableException extends StoreException {

  private static final long serialVersionUID = 1L;

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String QUERY_CANCELED = "57014";

  /**
   * Creates the failure of a statement that may succeed later.
   *
   * @param message for logs, without values
   * @param sqlState the SQL state from PostgreSQL; null if it did not answer
   */
  public StoreUnavailableException(String message, @Nullable String sqlState, Throwable cause) {
    super(message, sqlState, cause);
  }

  /** Returns whether another transaction held a lock that the statement needed for too long. */
  public boolean isHeldByOthers() {
    return LOCK_NOT_AVAILABLE.equals(sqlState());
  }

  /** Returns whether PostgreSQL has ended the statement because it exceeded its time limit. */
  public boolean tookTooLong() {
    return QUERY_CANCELED.equals(sqlState());
  }
}
