package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.options.StepTransactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** The transactions of the application on the database of the jobs. Thread-safe. */
interface CallerTransactions {

  /**
   * The transaction that the thread is in; empty if it is in none, or in one of another database.
   *
   * @throws SQLException if its connection does not answer
   */
  Optional<CallerTransaction> current() throws SQLException;

  /** New transactions for the steps of handlers, which what a step calls joins. */
  StepTransactions forSteps();

  /** A transaction that has not ended yet. For the thread that is in it. */
  interface CallerTransaction {

    /** Its connection, which nobody but the application commits or closes. */
    Connection connection();

    /** Calls something after its commit, and not if it is rolled back. */
    void afterCommit(Runnable task);
  }
}
