package dev.tenon.jobs.internal.background;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a failure that a log may show: classes, SQL states and stack frames, but no messages,
 * because the message of a database, a driver or a handler may quote a payload or a password.
 */
public final class LoggableFailure {

  private LoggableFailure() {}

  /**
   * Returns the class of a failure, and the SQL state if a database caused it, such as {@code
   * PSQLException (SQL state 57P01)}; the explanation of an {@link ExplainedFailure}.
   */
  public static String describe(Throwable failure) {
    if (failure instanceof ExplainedFailure explained) {
      return explained.explanation();
    }
    String name = failure.getClass().getName();
    String state = sqlState(failure);
    return state == null ? name : name + " (SQL state " + state + ")";
  }

  /**
   * Returns the SQL state of the first {@link SQLException} among the causes; null if there is
   * none.
   */
  public static @Nullable String sqlState(Throwable failure) {
    for (Throwable each : chain(failure)) {
      if (each instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return null;
  }

  /** Returns the failure, its cause and so on, each once: causes may form a cycle. */
  public static List<Throwable> chain(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> chain = new ArrayList<>();
    for (Throwable each = failure; each != null && seen.add(each); each = each.getCause()) {
      chain.add(each);
    }
    return chain;
  }

  /**
   * Returns the failure with its stack frames and causes, and with class names instead of its
   * messages.
   */
  public static Throwable withoutValues(Throwable failure) {
    return withoutValues(failure, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static Throwable withoutValues(Throwable failure, Set<Throwable> seen) {
    seen.add(failure);
    Throwable cause = failure.getCause();
    Throwable bare =
        new WithoutMessage(
            describe(failure),
            cause == null || seen.contains(cause) ? null : withoutValues(cause, seen));
    bare.setStackTrace(failure.getStackTrace());
    return bare;
  }

  /** The replacement of another exception in a log. */
  private static final class WithoutMessage extends Exception {

    private static final long serialVersionUID = 1L;

    WithoutMessage(String description, @Nullable Throwable cause) {
      super(description, cause);
    }
  }
}
