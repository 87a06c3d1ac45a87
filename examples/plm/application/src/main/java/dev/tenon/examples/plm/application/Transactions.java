package dev.tenon.examples.plm.application;

import dev.tenon.examples.plm.PlmJobs;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** Transactions that change the application's own tables and submit jobs. Thread-safe. */
final class Transactions {

  private final DataSource database;
  private final JobService service;
  private final PlmJobs jobs;

  Transactions(DataSource database, JobService service, PlmJobs jobs) {
    this.database = database;
    this.service = service;
    this.jobs = jobs;
  }

  /** The work of a transaction. */
  @FunctionalInterface
  interface Work<T> {
    T in(Connection connection, PlmJobs jobs) throws SQLException;
  }

  /** The work of a transaction before a workflow is submitted in it. */
  @FunctionalInterface
  interface Preparation {
    Workflow in(Connection connection) throws SQLException;
  }

  /** The work of a transaction, with the work after it. */
  @FunctionalInterface
  private interface Step<T> {
    T in(Connection connection, Consumer<Runnable> afterCommit) throws SQLException;
  }

  /** Does the work and commits it. If it throws, nothing is changed and nothing is submitted. */
  <T> T call(Work<T> work) throws SQLException {
    return commit(
        (connection, afterCommit) -> work.in(connection, jobs.in(connection, afterCommit)));
  }

  /** Does the work, submits the workflow, and commits both, or neither if something throws. */
  SubmittedWorkflow submit(Preparation work) throws SQLException {
    return commit(
        (connection, afterCommit) ->
            service.in(connection, afterCommit).submit(work.in(connection)));
  }

  private <T> T commit(Step<T> step) throws SQLException {
    List<Runnable> afterCommit = new ArrayList<>();
    T result;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        result = step.in(connection, afterCommit::add);
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
