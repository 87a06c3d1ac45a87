package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.options.StepTransactions;
import io.quarkus.narayana.jta.QuarkusTransaction;
import java.sql.Connection;
import javax.sql.DataSource;

/**
 * Runs transactional steps in JTA transactions: what a step calls joins them, such as methods with
 * {@code @Transactional}, or Hibernate. Thread-safe.
 */
final class QuarkusStepTransactions implements StepTransactions {

  private final DataSource dataSource;

  /**
   * Creates transactions.
   *
   * @param dataSource the data source of the jobs; its connections join JTA transactions
   */
  QuarkusStepTransactions(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public void run(Work work) throws Exception {
    QuarkusTransaction.requiringNew()
        .call(
            () -> {
              try (Connection connection = dataSource.getConnection()) {
                work.run(connection);
              }
              return true;
            });
  }
}
