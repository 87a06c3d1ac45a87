package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.DelegatingJobService;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.micronaut.CallerTransactions.CallerTransaction;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A job service that submits in the transaction of the caller where there is one on the database of
 * the jobs, such as in a method with {@code @Transactional}: the job exists if, and only if, that
 * commits, and starts immediately when it does. Otherwise, each submit has its own transaction.
 * Everything else works as in the service of the runtime, in separate transactions. Thread-safe.
 */
final class MicronautJobService extends DelegatingJobService {

  private final CallerTransactions transactions;

  /**
   * Creates a service on top of that of the runtime.
   *
   * @param service the runtime's
   * @param transactions the transactions of the application
   */
  MicronautJobService(JobService service, CallerTransactions transactions) {
    super(service);
    this.transactions = Objects.requireNonNull(transactions, "transactions");
  }

  @Override
  protected <T> T submitting(Function<JobSubmitter, T> submit) {
    Optional<CallerTransaction> transaction;
    try {
      transaction = transactions.current();
    } catch (SQLException e) {
      throw new JobStoreException(
          "The connection of the transaction cannot be used; nothing was submitted.", null, e);
    }
    return submit.apply(
        transaction
            .<JobSubmitter>map(each -> service().in(each.connection(), each::afterCommit))
            .orElse(service()));
  }
}
