package dev.tenon.jobs.spring;

import dev.tenon.jobs.options.StepTransactions;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs transactional steps in transactions of Spring: what a step calls joins them, such as methods
 * with {@code @Transactional}, a {@code JdbcTemplate} or JPA. If no transaction manager uses the
 * data source of the jobs, a step has a plain transaction on a connection of its pool. Thread-safe.
 */
final class SpringStepTransactions implements StepTransactions {

  private final ObjectProvider<PlatformTransactionManager> managers;
  private final Supplier<JobsDataSource> dataSource;
  private volatile @Nullable StepTransactions chosen;

  /**
   * Creates transactions. Nothing is looked up before the first one.
   *
   * @param managers the transaction managers of the application
   * @param dataSource the data source of the jobs
   */
  SpringStepTransactions(
      ObjectProvider<PlatformTransactionManager> managers, Supplier<JobsDataSource> dataSource) {
    this.managers = managers;
    this.dataSource = dataSource;
  }

  @Override
  public void run(Work work) throws Exception {
    StepTransactions transactions = chosen;
    if (transactions == null) {
      transactions = choose();
      chosen = transactions;
    }
    transactions.run(work);
  }

  /**
   * The transactions of the manager that uses the data source of the jobs: the preferred one if
   * several do, otherwise any of them.
   *
   * @throws RuntimeException if none of those that answer does, and another one does not answer: it
   *     may be the one
   */
  private StepTransactions choose() {
    JobsDataSource jobs = dataSource.get();
    RuntimeException failure = null;
    for (PlatformTransactionManager manager : inOrder()) {
      Managed managed = new Managed(manager, jobs.layers());
      try {
        if (managed.isOfTheJobs()) {
          return managed;
        }
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return StepTransactions.of(jobs.pool());
  }

  /** The transaction managers, the only or primary one first. */
  private List<PlatformTransactionManager> inOrder() {
    return Stream.concat(Stream.ofNullable(managers.getIfUnique()), managers.orderedStream())
        .distinct()
        .toList();
  }

  /**
   * The transactions of one manager.
   *
   * @param dataSources the data sources that it may use for the database of the jobs
   */
  private record Managed(PlatformTransactionManager manager, List<DataSource> dataSources)
      implements StepTransactions {

    /** Returns true if its transactions use the data source of the jobs. */
    boolean isOfTheJobs() {
      AtomicBoolean isOfTheJobs = new AtomicBoolean();
      template().executeWithoutResult(status -> isOfTheJobs.set(bound() != null));
      return isOfTheJobs.get();
    }

    @Override
    public void run(Work work) {
      template()
          .executeWithoutResult(
              status -> {
                DataSource bound = Objects.requireNonNull(bound(), "bound");
                Connection connection = DataSourceUtils.getConnection(bound);
                try {
                  work.run(connection);
                } finally {
                  DataSourceUtils.releaseConnection(connection, bound);
                }
              });
    }

    private TransactionTemplate template() {
      TransactionTemplate template = new TransactionTemplate(manager);
      template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
      return template;
    }

    private @Nullable DataSource bound() {
      return dataSources.stream()
          .filter(TransactionSynchronizationManager::hasResource)
          .findFirst()
          .orElse(null);
    }
  }
}
