package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.options.StepTransactions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.OrderConfirmJob;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.spring.shop.ShopJobsModule;
import dev.tenon.jobs.testservers.PostgresDatabase;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;

/** Transactional steps run in Spring's transactions on the database of the jobs. */
class StepTransactionsTest {

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

  private static StepTransactions transactions(ApplicationContext context, DataSource ofJobs) {
    return new SpringStepTransactions(
        context.getBeanProvider(PlatformTransactionManager.class),
        () -> new JobsDataSource(ofJobs));
  }

  private static List<String> shelves() {
    return new JdbcTemplate(database.dataSource())
        .queryForList("SELECT shelf FROM stock ORDER BY shelf", String.class);
  }

  @Test
  void whatAStepCallsJoinsItsTransaction() {
    withoutWorker()
        .run(
            context -> {
              StepTransactions steps = transactions(context, context.getBean(DataSource.class));
              JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
              ShopJobs jobs = context.getBean(ShopJobs.class);
              JobService service = context.getBean(JobService.class);
              AtomicReference<UUID> submitted = new AtomicReference<>();

              assertThatThrownBy(
                      () ->
                          steps.run(
                              connection -> {
                                jdbc.update("INSERT INTO stock VALUES ('undone')");
                                submitted.set(
                                    jobs.orderConfirm()
                                        .submit(new OrderConfirm("1"), SubmitOptions.by("step"))
                                        .jobId());
                                throw new IllegalStateException("the step fails");
                              }))
                  .hasMessage("the step fails");
              assertThat(shelves()).isEmpty();
              assertThat(service.find(submitted.get())).isEmpty();

              steps.run(
                  connection -> {
                    jdbc.update("INSERT INTO stock VALUES ('by Spring')");
                    insert(connection, "by the connection");
                    assertThat(shelves()).as("before the commit").isEmpty();
                  });
              assertThat(shelves()).containsExactly("by Spring", "by the connection");
            });
  }

  private static void insert(Connection connection, String shelf) {
    try (var statement = connection.prepareStatement("INSERT INTO stock VALUES (?)")) {
      statement.setString(1, shelf);
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void transactionsOfJpaAreJoined() {
    TestApplication.withJpaOn(database, TestApplication.WithoutHandlers.class)
        .withPropertyValues("tenon.rabbitmq.enabled=false", "tenon.worker.enabled=false")
        .run(
            context -> {
              StepTransactions steps = transactions(context, context.getBean(DataSource.class));
              EntityManager entities =
                  SharedEntityManagerCreator.createSharedEntityManager(
                      context.getBean(EntityManagerFactory.class));
              steps.run(
                  connection -> {
                    entities
                        .createNativeQuery("INSERT INTO stock VALUES ('by JPA')")
                        .executeUpdate();
                    insert(connection, "by the connection");
                    assertThat(shelves()).as("before the commit").isEmpty();
                  });
              assertThat(shelves()).containsExactly("by JPA", "by the connection");
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

    private static HikariDataSource pool() {
      HikariDataSource pool = new HikariDataSource();
      pool.setJdbcUrl(database.url());
      pool.setUsername(database.user());
      pool.setPassword(database.password());
      return pool;
    }
  }

  @Test
  void aTransactionManagerOfAnotherDataSourceIsNotUsed() {
    withoutWorker()
        .withUserConfiguration(TwoDataSources.class)
        .run(
            context -> {
              StepTransactions steps =
                  transactions(context, context.getBean("jobsDataSource", DataSource.class));
              JdbcTemplate ofOrders = new JdbcTemplate(context.getBean(DataSource.class));
              assertThatThrownBy(
                      () ->
                          steps.run(
                              connection -> {
                                insert(connection, "undone");
                                ofOrders.update("INSERT INTO stock VALUES ('elsewhere')");
                                throw new IllegalStateException("the step fails");
                              }))
                  .hasMessage("the step fails");
              assertThat(shelves()).containsExactly("elsewhere");
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class TwoManagers extends TwoDataSources {

    @Bean
    @Primary
    @Override
    PlatformTransactionManager ordersTransactions(DataSource dataSource) {
      return super.ordersTransactions(dataSource);
    }

    @Bean
    PlatformTransactionManager jobsTransactions(@TenonDataSource DataSource dataSource) {
      return new JdbcTransactionManager(dataSource);
    }
  }

  /** The primary data source leads to a server that does not answer. */
  @Configuration(proxyBeanMethods = false)
  static class UnreachableOrders extends TwoManagers {

    @Bean
    @Primary
    @Override
    HikariDataSource ordersDataSource() {
      HikariDataSource pool = super.ordersDataSource();
      pool.setJdbcUrl("jdbc:postgresql://127.0.0.1:1/orders");
      pool.setConnectionTimeout(250);
      return pool;
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {TwoManagers.class, UnreachableOrders.class})
  void theTransactionManagerOfTheJobsIsUsedAlthoughAnotherOneIsPrimary(Class<?> application) {
    withoutWorker()
        .withUserConfiguration(application)
        .run(
            context -> {
              DataSource ofJobs = context.getBean("jobsDataSource", DataSource.class);
              StepTransactions steps = transactions(context, ofJobs);
              assertThatThrownBy(
                      () ->
                          steps.run(
                              connection -> {
                                insert(connection, "by the connection");
                                new JdbcTemplate(ofJobs)
                                    .update("INSERT INTO stock VALUES ('by Spring')");
                                throw new IllegalStateException("the step fails");
                              }))
                  .hasMessage("the step fails");
              assertThat(shelves()).isEmpty();
            });
  }

  /** A handler of orders with a transactional step. */
  private static JobHandlers withStep() {
    StepsDefinition steps =
        StepsDefinition.builder(OrderConfirmJob.DEFINITION.type())
            .step(StepDefinition.of("reserve").inTransaction())
            .build();
    return new JobHandlers() {
      @Override
      public ModuleDefinition module() {
        return new ShopJobsModule();
      }

      @Override
      public List<JobBinding<?, ?>> bindings() {
        return List.of(
            new JobBinding<>(OrderConfirmJob.DEFINITION, (order, context) -> null, steps));
      }
    };
  }

  @Test
  void aWorkerStartsIfItsStepsCanBeRecordedInTheirTransactions() {
    withoutWorker()
        .run(
            context -> {
              try (JobWorker worker = context.getBean(JobsRuntime.class).startWorker(withStep())) {
                assertThat(worker.runningJobs()).isZero();
              }
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class Elsewhere {

    /** Leads to the database of the server that has no tables of Tenon. */
    @Bean
    StepTransactions stepTransactions() {
      HikariDataSource pool = TwoDataSources.pool();
      pool.setJdbcUrl(database.url().replaceFirst("/[^/?]+(\\?|$)", "/postgres$1"));
      return StepTransactions.of(pool);
    }
  }

  @Test
  void aWorkerDoesNotStartIfItsStepsWriteToAnotherDatabase() {
    withoutWorker()
        .withUserConfiguration(Elsewhere.class)
        .run(
            context ->
                assertThatExceptionOfType(JobsStartException.class)
                    .isThrownBy(() -> context.getBean(JobsRuntime.class).startWorker(withStep()))
                    .withMessageContaining("Step 'reserve' of job type 'shop.order.confirm'")
                    .withMessageContaining("cannot be read in a transaction of stepTransactions"));
  }
}
