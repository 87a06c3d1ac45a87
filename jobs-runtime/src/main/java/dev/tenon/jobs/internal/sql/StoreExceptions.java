package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.libraries.jooq.exception.DataAccessException;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells refused statements from those that may succeed later, by their SQL state.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's error
 *     codes</a>
 */
public final class StoreExceptions {

  /** Classes of states that are about the values: data, integrity, cardinality, size limits. */
  private static final Set<String> VALUE_CLASSES = Set.of("21", "22", "23", "54");

  /**
   * Other classes of states that another try of the same statement would meet again: what the
   * server does not support, wrong names and syntax, missing rights, failing functions. What
   * connecting alone can meet (a wrong password, a missing database) is not among them, since the
   * statement was never seen.
   */
  private static final Set<String> STATEMENT_CLASSES =
      Set.of("0A", "2F", "38", "39", "3F", "42", "44", "P0");

  private StoreExceptions() {}

  /** What the action gives; what jOOQ throws becomes an exception of the store. */
  static <T> T translating(Supplier<T> action) {
    try {
      return action.get();
    } catch (DataAccessException e) {
      throw of(e);
    }
  }

  /** The exception of the store for what jOOQ or the driver has thrown. */
  public static StoreException of(Exception failure) {
    String state = LoggableFailure.sqlState(failure);
    boolean aboutValues = isOf(state, VALUE_CLASSES);
    if (aboutValues || isOf(state, STATEMENT_CLASSES)) {
      return new StoreRefusedException(
          "PostgreSQL refuses the statement with SQL state " + state + ".",
          state,
          aboutValues,
          failure);
    }
    return new StoreUnavailableException(
        state == null
            ? "The database cannot be reached."
            : "The database cannot do the statement at the moment (SQL state " + state + ").",
        state,
        failure);
  }

  private static boolean isOf(@Nullable String state, Set<String> classes) {
    return state != null && state.length() == 5 && classes.contains(state.substring(0, 2));
  }
}
