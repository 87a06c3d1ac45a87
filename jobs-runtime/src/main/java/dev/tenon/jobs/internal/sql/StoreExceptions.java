package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.libraries.jooq.exception.DataAccessException;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes refused statements from those that may succeed later, by their SQL state.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's error
 *     codes</a>
 */
public final class StoreExceptions {

  /** The classes of states that are about the values: data, integrity, cardinality, size limits. */
  private static final Set<String> VALUE_CLASSES = Set.of("21", "22", "23", "54");

  /**
   * The other classes of states that would recur if the same statement were tried again:
   * unsupported features, wrong names and syntax, missing rights, failing functions. Failures of
   * connecting (a wrong password, a missing database) are not among them, because the server never
   * saw the statement.
   */
  private static final Set<String> STATEMENT_CLASSES =
      Set.of("0A", "2F", "38", "39", "3F", "42", "44", "P0");

  private StoreExceptions() {}

  /** Runs an action and returns its result; what jOOQ throws becomes an exception of the store. */
  static <T> T translating(Supplier<T> action) {
    try {
      return action.get();
    } catch (DataAccessException e) {
      throw of(e);
    }
  }

  /** Returns the exception of the store for what jOOQ or the driver has thrown. */
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
            : "The database cannot run the statement at the moment (SQL state " + state + ").",
        state,
        failure);
  }

  private static boolean isOf(@Nullable String state, Set<String> classes) {
    return state != null && state.length() == 5 && classes.contains(state.substring(0, 2));
  }
}
