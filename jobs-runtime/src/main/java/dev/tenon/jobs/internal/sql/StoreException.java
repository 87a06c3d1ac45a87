package dev.tenon.jobs.internal.sql;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a statement of the store does not succeed. The store throws no other exception about
 * the database to other rooms. The message contains no value; the cause may, and is never logged.
 */
public abstract sealed class StoreException extends RuntimeException
    permits StoreUnavailableException, StoreRefusedException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String sqlState;

  StoreException(String message, @Nullable String sqlState, Throwable cause) {
    super(message, cause);
    this.sqlState = sqlState;
  }

  /** Returns the SQL state from PostgreSQL or its driver; null if there was none. */
  public @Nullable String sqlState() {
    return sqlState;
  }
}
