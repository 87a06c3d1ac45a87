package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.DelegatingJobService;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobSubmitter;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * A job service that submits in the JTA transaction of the thread if there is one, such as in a
 * method with {@code @Transactional}: the job exists if, and only if, that commits, and starts
 * immediately when it does. Otherwise each submit has its own transaction. Everything else works as
 * in the service of the runtime, in separate transactions. Thread-safe.
 */
final class QuarkusJobService extends DelegatingJobService {

  private final DataSource dataSource;
  private final TransactionSynchronizationRegistry transactions;

  /**
   * A service on top of that of the runtime.
   *
   * @param service the runtime's
   * @param dataSource the data source that has the jobs; its connections join JTA transactions
   * @param transactions the transaction of the thread, if there is one
   */
  QuarkusJobService(
      JobService service, DataSource dataSource, TransactionSynchronizationRegistry transactions) {
    super(service);
    this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    this.transactions = Objects.requireNonNull(transactions, "transactions");
  }

  @Override
  protected <T> T submitting(Function<JobSubmitter, T> submit) {
    int status = transactions.getTransactionStatus();
    if (status != Status.STATUS_ACTIVE && status != Status.STATUS_MARKED_ROLLBACK) {
      return submit.apply(service());
    }
    // Closing the connection leaves it to the transaction
    try (Connection connection = dataSource.getConnection()) {
      return submit.apply(service().in(connection, this::afterCommit));
    } catch (SQLException e) {
      throw new JobStoreException(
          "The connection of the transaction cannot be used; nothing was submitted.", null, e);
    }
  }

  private void afterCommit(Runnable task) {
    transactions.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {
            // Nothing to do before the commit
          }

          @Override
          public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
              task.run();
            }
          }
        });
  }
}
