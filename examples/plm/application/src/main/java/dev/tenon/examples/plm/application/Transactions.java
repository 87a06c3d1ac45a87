package dev.tenon.examples.plm.application;

import dev.tenon.examples.plm.PlmJobs;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Transactions in which the application changes its own tables and submits jobs. Thread-safe. */
final class Transactions {

  private final DataSource database;
  private final PlmJobs jobs;

  Transactions(DataSource database, PlmJobs jobs) {
    this.database = database;
    this.jobs = jobs;
  }

  /** What is done in a transaction. */
  @FunctionalInterface
  interface Work<T> {
    T in(Connection connection, PlmJobs jobs) throws SQLException;
  }

  /** Does the work and commits it. If it throws, nothing is changed and nothing is submitted. */
  <T> T call(Work<T> work) throws SQLException {
    List<Runnable> afterCommit = new ArrayList<>();
    T result;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        result = work.in(connection, jobs.in(connection, afterCommit::add));
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
    afterCommit.forEach(Runnable::run);
    return result;
  }
}
