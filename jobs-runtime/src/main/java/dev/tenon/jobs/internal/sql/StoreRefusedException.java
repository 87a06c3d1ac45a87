package dev.tenon.jobs.internal.sql;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the database was reached but refuses the statement: a value does not fit, a right is
 * missing, or the schema is not the one that this code needs. The same statement would be refused
 * again.
 */
public final class StoreRefusedException extends StoreException {

  private static final long serialVersionUID = 1L;

  private final boolean aboutValues;

  public StoreRefusedException(
      String message, @Nullable String sqlState, boolean aboutValues, Throwable cause) {
    super(message, sqlState, cause);
    this.aboutValues = aboutValues;
  }

  /**
   * Returns whether other values would have been accepted. If not, the schema, the rights or the
   * server would refuse any values, and an operator can fix that while the program waits.
   */
  public boolean isAboutValues() {
    return aboutValues;
  }
}
