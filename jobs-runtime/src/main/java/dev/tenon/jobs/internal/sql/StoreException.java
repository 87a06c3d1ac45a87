package dev.tenon.jobs.internal.sql;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a statement of the store does not succeed. It is the only exception by which the
 * store tells other rooms about the database. The message names no value; the cause may, and is
 * never logged.
 */
public abstract sealed class StoreException extends RuntimeException
    permits StoreUnavailableException, StoreRefusedException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String sqlState;

  StoreException(String message, @Nullable String sqlState, Throwable cause) {
    super(message, cause);
    this.sqlState = sqlState;
  }

  /** The SQL state that PostgreSQL or its driver gave; null if it gave none. */
  public @Nullable String sqlState() {
    return sqlState;
  }
}
