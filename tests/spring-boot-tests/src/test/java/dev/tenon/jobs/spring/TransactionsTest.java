package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.OrderConfirmJob;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.spring.shop.StockCount;
import dev.tenon.jobs.testservers.PostgresDatabase;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A submit belongs to Spring's transaction on the database of the jobs, and to no other. */
class TransactionsTest {

  private static PostgresDatabase database;

  @BeforeAll
  static void makeDatabase() {
    database = PostgresDatabase.shared();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @BeforeEach
  void makeTable() {
    JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    jdbc.execute("DROP TABLE IF EXISTS stock");
    jdbc.execute("CREATE TABLE stock (shelf text PRIMARY KEY)");
  }

  private static ApplicationContextRunner withoutWorker() {
    return TestApplication.on(database, TestApplication.WithoutHandlers.class)
        .withPropertyValues("tenon.worker.enabled=false");
  }

  private static TransactionTemplate transaction(ApplicationContext context) {
    return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
  }

  @Test
  void commitKeepsTheJobAndNotifiesTheRuntimeImmediately() {
    withoutWorker()
        .run(
            context -> {
              RecordingJobService recorded =
                  new RecordingJobService(context.getBean(JobsRuntime.class).jobs());
              ShopJobs jobs =
                  new ShopJobs(new SpringJobService(recorded, context.getBean(DataSource.class)));

              UUID id =
                  transaction(context)
                      .execute(
                          status -> {
                            context
                                .getBean(JdbcTemplate.class)
                                .update("INSERT INTO stock VALUES ('commit')");
                            UUID submitted =
                                jobs.orderConfirm()
                                    .submit(new OrderConfirm("1"), SubmitOptions.by("test"))
                                    .jobId();
                            assertThat(recorded.find(submitted)).isEmpty();
                            recorded.events.add("end of the transaction's code");
                            return submitted;
                          });

              assertThat(recorded.get(id).status()).isNotEqualTo(JobStatus.FAILED);
              assertThat(recorded.events)
                  .containsExactly(
                      "submitted in a transaction", "end of the transaction's code", "committed");
            });
  }

  @Test
  void rollbackLeavesNoJob() {
    withoutWorker()
        .run(
            context -> {
              RecordingJobService recorded =
                  new RecordingJobService(context.getBean(JobsRuntime.class).jobs());
              ShopJobs jobs =
                  new ShopJobs(new SpringJobService(recorded, context.getBean(DataSource.class)));
              AtomicReference<UUID> id = new AtomicReference<>();

              transaction(context)
                  .executeWithoutResult(
                      status -> {
                        id.set(
                            jobs.orderConfirm()
                                .submit(new OrderConfirm("2"), SubmitOptions.by("test"))
                                .jobId());
                        status.setRollbackOnly();
                      });

              assertThat(recorded.find(id.get())).isEmpty();
              assertThat(recorded.events).containsExactly("submitted in a transaction");
            });
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void aSubmitThatNothingCommitsAnyMoreIsLogged(CapturedOutput output) {
    withoutWorker()
        .run(
            context -> {
              ShopJobs jobs = context.getBean(ShopJobs.class);
              transaction(context)
                  .executeWithoutResult(
                      status ->
                          TransactionSynchronizationManager.registerSynchronization(
                              new TransactionSynchronization() {
                                @Override
                                public void afterCommit() {
                                  jobs.orderConfirm()
                                      .submit(new OrderConfirm("late"), SubmitOptions.by("test"));
                                }
                              }));
              assertThat(output).contains("in the callback afterCommit. It depends on the pool");
            });
  }

  @Test
  void beansOfTheApplicationDoSoToo() {
    withoutWorker()
        .run(
            context -> {
              ShopJobs jobs = context.getBean(ShopJobs.class);
              JobService service = context.getBean(JobService.class);
              AtomicReference<List<UUID>> ids = new AtomicReference<>();
              TransactionTemplate transaction = transaction(context);

              assertThatThrownBy(
                      () ->
                          transaction.executeWithoutResult(
                              status -> {
                                ids.set(
                                    jobs
                                        .orderConfirm()
                                        .submitAll(
                                            List.of(new OrderConfirm("3"), new OrderConfirm("4")),
                                            SubmitOptions.by("test"))
                                        .stream()
                                        .map(Submitted::jobId)
                                        .toList());
                                throw new IllegalStateException("no stock");
                              }))
                  .hasMessage("no stock");

              assertThat(ids.get()).hasSize(2).allMatch(id -> service.find(id).isEmpty());
              UUID alone =
                  jobs.orderConfirm()
                      .submit(new OrderConfirm("5"), SubmitOptions.by("test"))
                      .jobId();
              assertThat(service.find(alone)).isPresent();
            });
  }

  @Test
  void aJobIsNotAwaitedInTheTransactionThatSubmitsIt() {
    withoutWorker()
        .run(
            context -> {
              ShopJobs jobs = context.getBean(ShopJobs.class);

              assertThatThrownBy(
                      () ->
                          transaction(context)
                              .execute(
                                  status -> {
                                    try {
                                      return jobs.orderConfirm()
                                          .submitAndAwait(
                                              new OrderConfirm("9"),
                                              SubmitOptions.by("test"),
                                              Duration.ofMinutes(1));
                                    } catch (InterruptedException e) {
                                      throw new AssertionError(e);
                                    }
                                  }))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("it cannot be awaited before the commit");

              UUID unknown = UUID.randomUUID();
              assertThatThrownBy(
                      () ->
                          context
                              .getBean(JobService.class)
                              .awaitEnd(OrderConfirmJob.DEFINITION, unknown, Duration.ofMinutes(1)))
                  .isInstanceOf(JobNotFoundException.class);
            });
  }

  @Test
  void aSeparateInnerTransactionIsNotUndoneWithTheOuterOne() {
    withoutWorker()
        .run(
            context -> {
              ShopJobs jobs = context.getBean(ShopJobs.class);
              JobService service = context.getBean(JobService.class);
              List<UUID> ids = new ArrayList<>();
              TransactionTemplate inner = transaction(context);
              inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

              transaction(context)
                  .executeWithoutResult(
                      status -> {
                        ids.add(
                            jobs.orderConfirm()
                                .submit(new OrderConfirm("6"), SubmitOptions.by("outer"))
                                .jobId());
                        inner.executeWithoutResult(
                            ignored ->
                                ids.add(
                                    jobs.orderConfirm()
                                        .submit(new OrderConfirm("7"), SubmitOptions.by("inner"))
                                        .jobId()));
                        status.setRollbackOnly();
                      });

              assertThat(service.find(ids.get(0))).isEmpty();
              assertThat(service.find(ids.get(1))).isPresent();
            });
  }

  @Test
  void aSubmitAfterTheCommitHasItsOwnTransaction() {
    withoutWorker()
        .run(
            context -> {
              ShopJobs jobs = context.getBean(ShopJobs.class);
              AtomicReference<UUID> id = new AtomicReference<>();

              transaction(context)
                  .executeWithoutResult(
                      status ->
                          TransactionSynchronizationManager.registerSynchronization(
                              new TransactionSynchronization() {
                                @Override
                                public void afterCompletion(int outcome) {
                                  id.set(
                                      jobs.orderConfirm()
                                          .submit(new OrderConfirm("8"), SubmitOptions.by("test"))
                                          .jobId());
                                }
                              }));

              assertThat(context.getBean(JobService.class).find(id.get())).isPresent();
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class TwoDataSources {

    /** Where the jobs are. */
    @Bean
    @TenonDataSource
    HikariDataSource jobsDataSource() {
      return pool();
    }

    @Bean
    @Primary
    HikariDataSource ordersDataSource() {
      return pool();
    }

    @Bean
    PlatformTransactionManager ordersTransactions(DataSource dataSource) {
      return new JdbcTransactionManager(dataSource);
    }
  }

  private static HikariDataSource pool() {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(database.url());
    pool.setUsername(database.user());
    pool.setPassword(database.password());
    return pool;
  }

  @Test
  void aTransactionOfAnotherDataSourceIsNotJoined() {
    withoutWorker()
        .withUserConfiguration(TwoDataSources.class)
        .run(
            context -> {
              ShopJobs jobs = context.getBean(ShopJobs.class);
              JdbcTemplate ofJobs =
                  new JdbcTemplate(context.getBean("jobsDataSource", DataSource.class));
              List<UUID> ids = new ArrayList<>();

              transaction(context)
                  .executeWithoutResult(
                      status -> {
                        ids.add(
                            jobs.orderConfirm()
                                .submit(new OrderConfirm("9"), SubmitOptions.by("test"))
                                .jobId());
                        // From here on the thread keeps a connection to the other database
                        ofJobs.queryForObject("SELECT 1", Integer.class);
                        ids.add(
                            jobs.orderConfirm()
                                .submit(new OrderConfirm("10"), SubmitOptions.by("test"))
                                .jobId());
                        status.setRollbackOnly();
                      });

              JobService service = context.getBean(JobService.class);
              assertThat(ids).allMatch(id -> service.find(id).isPresent());
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class WrappedDataSource {

    @Bean
    DataSource dataSource() {
      return new TransactionAwareDataSourceProxy(pool());
    }
  }

  @Test
  void aDataSourceThatJoinsTransactionsItselfIsUnwrapped() {
    withoutWorker()
        .withUserConfiguration(WrappedDataSource.class)
        .run(
            context -> {
              ShopJobs jobs = context.getBean(ShopJobs.class);
              JobService service = context.getBean(JobService.class);
              AtomicReference<UUID> id = new AtomicReference<>();

              transaction(context)
                  .executeWithoutResult(
                      status -> {
                        id.set(
                            jobs.orderConfirm()
                                .submit(new OrderConfirm("11"), SubmitOptions.by("test"))
                                .jobId());
                        // Read over the runtime's own connection, which is outside
                        assertThat(service.find(id.get())).isEmpty();
                      });

              assertThat(service.find(id.get())).isPresent();
            });
  }

  @Test
  void transactionsOfJpaAreJoined() {
    TestApplication.withJpaOn(database, TestApplication.WithoutHandlers.class)
        .withPropertyValues("tenon.rabbitmq.enabled=false", "tenon.worker.enabled=false")
        .run(
            context -> {
              ShopJobs jobs = context.getBean(ShopJobs.class);
              JobService service = context.getBean(JobService.class);
              EntityManager entities =
                  SharedEntityManagerCreator.createSharedEntityManager(
                      context.getBean(EntityManagerFactory.class));
              List<UUID> ids = new ArrayList<>();

              for (String shelf : List.of("kept", "undone")) {
                transaction(context)
                    .executeWithoutResult(
                        status -> {
                          entities
                              .createNativeQuery("INSERT INTO stock VALUES ('" + shelf + "')")
                              .executeUpdate();
                          ids.add(
                              jobs.orderConfirm()
                                  .submit(new OrderConfirm(shelf), SubmitOptions.by("test"))
                                  .jobId());
                          assertThat(service.find(ids.get(ids.size() - 1))).isEmpty();
                          if (shelf.equals("undone")) {
                            status.setRollbackOnly();
                          }
                        });
              }

              assertThat(service.find(ids.get(0))).isPresent();
              assertThat(service.find(ids.get(1))).isEmpty();
              assertThat(
                      new JdbcTemplate(database.dataSource())
                          .queryForList("SELECT shelf FROM stock", String.class))
                  .containsExactly("kept");
            });
  }

  @Test
  void aHandlerWithAProxyWorksInItsTransaction() {
    TestApplication.on(database, TestApplication.WithHandlers.class)
        .run(
            context -> {
              ShopJobs jobs = context.getBean(ShopJobs.class);
              UUID id =
                  jobs.stockCount().submit(new StockCount("A1"), SubmitOptions.by("test")).jobId();

              Job job = TestApplication.awaitEnd(context.getBean(JobService.class), id);

              assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
              assertThat(jobs.stockCount().find(id).orElseThrow().result())
                  .contains("in a transaction");
              Job followUp =
                  context.getBean(JobService.class).list(JobQuery.all()).items().stream()
                      .filter(each -> each.submittedBy().equals("stock"))
                      .map(each -> context.getBean(JobService.class).get(each.id()))
                      .findFirst()
                      .orElseThrow();
              assertThat(
                      TestApplication.awaitEnd(context.getBean(JobService.class), followUp.id())
                          .status())
                  .isEqualTo(JobStatus.COMPLETED);
            });
  }
}
