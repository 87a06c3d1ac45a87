package dev.tenon.jobs.spring;

import dev.tenon.jobs.DelegatingJobService;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobSubmitter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A job service that submits in Spring's transaction where there is one on the data source of the
 * jobs, such as in a method with {@code @Transactional}: the job exists if, and only if, that
 * commits, and starts immediately when it does. Otherwise, and for a transaction of another data
 * source, each submit has its own transaction. Everything else works as in the service of the
 * runtime, in separate transactions. Thread-safe.
 */
public final class SpringJobService extends DelegatingJobService {

  private static final Logger LOG = LoggerFactory.getLogger(SpringJobService.class);

  private final List<DataSource> dataSources;

  /**
   * A service on top of that of the runtime.
   *
   * @param service the runtime's
   * @param dataSource the bean that transaction managers use for the database of the jobs
   */
  public SpringJobService(JobService service, DataSource dataSource) {
    super(service);
    this.dataSources = new JobsDataSource(dataSource).layers();
  }

  @Override
  protected <T> T submitting(Function<JobSubmitter, T> submit) {
    DataSource dataSource = dataSourceOfTransaction();
    if (dataSource == null) {
      return submit.apply(service());
    }
    try {
      Connection connection = DataSourceUtils.doGetConnection(dataSource);
      try {
        // Not so if the transaction is another data source's: then a connection that was asked for
        // in it is kept for the thread as well, but commits each statement
        boolean isInTransaction = !connection.getAutoCommit();
        return submit.apply(
            isInTransaction ? service().in(connection, SpringJobService::afterCommit) : service());
      } finally {
        DataSourceUtils.doReleaseConnection(connection, dataSource);
      }
    } catch (SQLException e) {
      throw new JobStoreException(
          "The connection of the transaction cannot be used; nothing was submitted.", null, e);
    }
  }

  /**
   * The data source that the thread's transaction uses for its connection to the database of the
   * jobs; null if there is none. While the callbacks after the completion of a transaction run, its
   * connection is still there, but what is written to it would not be committed; then callbacks can
   * no longer be registered. While those after the commit run, they can, and are never called.
   */
  private @Nullable DataSource dataSourceOfTransaction() {
    if (!TransactionSynchronizationManager.isSynchronizationActive()
        || !TransactionSynchronizationManager.isActualTransactionActive()) {
      return null;
    }
    for (DataSource dataSource : dataSources) {
      if (TransactionSynchronizationManager.hasResource(dataSource)) {
        return dataSource;
      }
    }
    return null;
  }

  private static void afterCommit(Runnable task) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          private boolean isInTime;

          @Override
          public void beforeCompletion() {
            isInTime = true;
          }

          @Override
          public void afterCommit() {
            task.run();
          }

          @Override
          public void afterCompletion(int status) {
            if (status == STATUS_COMMITTED && !isInTime) {
              LOG.error(
                  "Jobs were submitted after the commit of a transaction, in the callback afterCommit. It depends"
                      + " on the pool of connections whether they are ever committed, and they may be lost. Submit them before the"
                      + " commit, in afterCompletion, or in a @TransactionalEventListener.");
            }
          }
        });
  }
}
