package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL was reached and refuses what was asked for: a value does not fit, a right is missing,
 * or the schema is not the one that this version of Tenon needs. Nothing was changed. The same call
 * would be refused again, so do not repeat it before the cause is mended.
 */
public final class JobStoreRefusedException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String sqlState;

  /**
   * An exception.
   *
   * @param message what was tried, and the way out
   * @param jobType the job type it is about; null if about none
   * @param sqlState the SQL state that PostgreSQL gave; null if it gave none
   * @param cause what PostgreSQL said
   */
  public JobStoreRefusedException(
      String message, @Nullable String jobType, @Nullable String sqlState, Throwable cause) {
    super(message, jobType, null, cause);
    this.sqlState = sqlState;
  }

  /** The SQL state that PostgreSQL gave, such as {@code 42501} for a missing right. */
  public @Nullable String sqlState() {
    return sqlState;
  }
}
