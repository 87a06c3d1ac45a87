package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobStoreException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Ends a request because the database does not answer. */
final class DatabaseAwayException extends RefusedException {

  private static final long serialVersionUID = 1L;

  private static final int MAX_CAUSES = 20;

  private DatabaseAwayException(String message) {
    super(503, message);
  }

  private DatabaseAwayException(String message, Throwable cause) {
    super(503, message, cause);
  }

  /** The database says nothing. */
  static DatabaseAwayException silent() {
    return new DatabaseAwayException(
        "The database has not responded for more than 2 seconds: it hangs, is overloaded, or"
            + " cannot be reached.");
  }

  /** An exception with the reason that the failure gives. */
  static DatabaseAwayException of(JobStoreException failure) {
    return new DatabaseAwayException(describe(failure), failure);
  }

  /** The reason why a statement failed: the state of the database, or else the error itself. */
  static String describe(JobStoreException failure) {
    String problem = problem(failure);
    return problem.isEmpty() ? String.valueOf(failure.getMessage()) : problem;
  }

  /**
   * The problem that keeps the database from responding, in a sentence; empty if it does respond.
   */
  static String problem(JobStoreException failure) {
    String state = sqlState(failure);
    String problem =
        switch (state == null ? "" : state.startsWith("57P") ? "57P" : state.substring(0, 2)) {
          case "" -> "it hangs, or no connection is free";
          case "08" -> "it refuses connections, or cannot be reached";
          case "28" -> "it rejects the user or the password";
          case "3D" -> "there is no such database";
          case "53" -> "it has run out of connections or memory";
          case "57P" -> "it is starting or stopping";
          default -> "";
        };
    return problem.isEmpty()
        ? ""
        : "The database is not responding: "
            + problem
            + (state == null ? "." : " (SQL state " + state + ").");
  }

  private static @Nullable String sqlState(Throwable failure) {
    @Nullable Throwable each = failure;
    @Nullable String state = null;
    for (int i = 0; each != null && i < MAX_CAUSES; i++) {
      // The innermost one is that of the driver; a pool has its own, or none
      if (each instanceof SQLException sql
          && sql.getSQLState() != null
          && sql.getSQLState().length() == 5) {
        state = sql.getSQLState();
      }
      each = each.getCause();
    }
    return state;
  }
}
