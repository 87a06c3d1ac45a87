package dev.tenon.jobs;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when PostgreSQL can be reached but refuses the request: a value does not fit, a right is
 * missing, or the schema is not the one that this version of Tenon needs. Nothing was changed. The
 * same call would be refused again, so do not repeat it before the cause is fixed.
 */
public final class JobStoreRefusedException extends JobStoreException {

  private static final long serialVersionUID = 1L;

  private final @Nullable String sqlState;

  /**
   * Creates the exception.
   *
   * @param message what was tried, and what to do about it
   * @param jobType the job type that the call was about; null if none
   * @param sqlState the SQL state that PostgreSQL gave; null if it gave none
   * @param cause what PostgreSQL said
   */
  public JobStoreRefusedException(
      String message, @Nullable String jobType, @Nullable String sqlState, Throwable cause) {
    super(message, jobType, cause);
    this.sqlState = sqlState;
  }

  /** The SQL state that PostgreSQL gave, such as {@code 42501} for a missing right. */
  public Optional<String> sqlState() {
    return Optional.ofNullable(sqlState);
  }
}
