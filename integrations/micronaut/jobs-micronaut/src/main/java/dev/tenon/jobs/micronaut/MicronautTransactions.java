package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.options.StepTransactions;
import io.micronaut.context.BeanContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.type.Argument;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import io.micronaut.transaction.support.TransactionSynchronization;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The JDBC transactions of Micronaut Data, such as those of methods with {@code @Transactional}.
 * Thread-safe.
 */
@Singleton
@Requires(classes = TransactionOperations.class)
final class MicronautTransactions implements CallerTransactions {

  private static final TransactionDefinition NEW =
      TransactionDefinition.of(TransactionDefinition.Propagation.REQUIRES_NEW);

  @SuppressWarnings("unchecked") // As the second argument says
  private static final Argument<TransactionOperations<Connection>> OPERATIONS =
      (Argument<TransactionOperations<Connection>>)
          (Argument<?>) Argument.of(TransactionOperations.class, Connection.class);

  private final BeanContext context;
  private final JobsDataSource dataSource;

  MicronautTransactions(BeanContext context, JobsDataSource dataSource) {
    this.context = context;
    this.dataSource = dataSource;
  }

  private Optional<TransactionOperations<Connection>> operations() {
    return context.findBean(OPERATIONS, dataSource.qualifier());
  }

  @Override
  public Optional<CallerTransaction> current() throws SQLException {
    TransactionStatus<?> status =
        operations()
            .flatMap(TransactionOperations::findTransactionStatus)
            .map(found -> (TransactionStatus<?>) found)
            .orElse(null);
    if (status == null
        || status.isCompleted()
        || !(status.getConnection() instanceof Connection connection)
        // A method that supports transactions, but was called without one
        || connection.getAutoCommit()) {
      return Optional.empty();
    }
    return Optional.of(new JdbcTransaction(status, connection));
  }

  @Override
  public StepTransactions forSteps() {
    return work -> {
      Optional<TransactionOperations<Connection>> operations = operations();
      if (operations.isEmpty()) {
        StepTransactions.of(dataSource.pool()).run(work);
        return;
      }
      operations
          .get()
          .<Boolean>execute(
              NEW,
              status -> {
                work.run(status.getConnection());
                return true;
              });
    };
  }

  private record JdbcTransaction(TransactionStatus<?> status, Connection connection)
      implements CallerTransaction {

    @Override
    public void afterCommit(Runnable task) {
      status.registerSynchronization(
          new TransactionSynchronization() {
            @Override
            public void afterCommit() {
              task.run();
            }
          });
    }
  }
}
