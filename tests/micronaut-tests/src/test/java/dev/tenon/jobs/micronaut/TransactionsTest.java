package dev.tenon.jobs.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.micronaut.shop.OrderConfirm;
import dev.tenon.jobs.micronaut.shop.ShopJobs;
import dev.tenon.jobs.options.StepTransactions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.type.Argument;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.TransactionStatus;
import io.micronaut.transaction.support.TransactionSynchronization;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A submit belongs to Micronaut's transaction on the database of the jobs, and to no other. */
class TransactionsTest {

  private static final TransactionDefinition NEW =
      TransactionDefinition.of(TransactionDefinition.Propagation.REQUIRES_NEW);

  private static PostgresDatabase database;
  private static ApplicationContext context;
  private static JobService jobs;
  private static ShopJobs shop;

  @BeforeAll
  static void start() throws Exception {
    database = TestApplication.database();
    context = TestApplication.start(database, withOther(Map.of()));
    jobs = context.getBean(JobService.class);
    shop = context.getBean(ShopJobs.class);
  }

  private static Map<String, Object> withOther(Map<String, Object> own) {
    Map<String, Object> properties = new HashMap<>(own);
    properties.put("tenon.worker.enabled", "false");
    properties.put("datasources.other.url", database.url());
    properties.put("datasources.other.username", database.user());
    properties.put("datasources.other.password", database.password());
    return properties;
  }

  @AfterAll
  static void stop() {
    context.close();
    database.close();
  }

  @SuppressWarnings("unchecked")
  private static TransactionOperations<Connection> transactions(
      ApplicationContext context, String dataSource) {
    return context.getBean(
        (Argument<TransactionOperations<Connection>>)
            (Argument<?>) Argument.of(TransactionOperations.class, Connection.class),
        Qualifiers.byName(dataSource));
  }

  private static <T> T inTransaction(Function<TransactionStatus<Connection>, T> work) {
    return transactions(context, "default").execute(TransactionDefinition.DEFAULT, work::apply);
  }

  private static UUID submit() {
    return shop.orderConfirm().submit(new OrderConfirm("1"), SubmitOptions.by("test")).jobId();
  }

  @Test
  void aCommitKeepsTheJob() {
    UUID id =
        inTransaction(
            status -> {
              UUID submitted = submit();
              // Read over the runtime's own connection, which is outside
              assertThat(jobs.find(submitted)).isEmpty();
              return submitted;
            });

    assertThat(jobs.find(id)).isPresent();
  }

  @Test
  void theRuntimeLearnsOfTheCommitAfterIt() {
    List<String> events = new ArrayList<>();
    CallerTransactions transactions = context.getBean(CallerTransactions.class);
    inTransaction(
        status -> {
          try {
            transactions.current().orElseThrow().afterCommit(() -> events.add("committed"));
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
          events.add("end of the transaction's code");
          return true;
        });
    inTransaction(
        status -> {
          try {
            transactions.current().orElseThrow().afterCommit(() -> events.add("not committed"));
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
          status.setRollbackOnly();
          return true;
        });

    assertThat(events).containsExactly("end of the transaction's code", "committed");
  }

  @Test
  void aRollbackLeavesNoJob() {
    AtomicReference<List<UUID>> ids = new AtomicReference<>();

    assertThatThrownBy(
            () ->
                inTransaction(
                    status -> {
                      ids.set(
                          shop
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

    assertThat(ids.get()).hasSize(2).allMatch(id -> jobs.find(id).isEmpty());
    assertThat(jobs.find(submit())).as("outside of transactions").isPresent();
  }

  @Test
  void aJobIsNotAwaitedInTheTransactionThatSubmitsIt() {
    assertThatThrownBy(
            () ->
                inTransaction(
                    status -> {
                      try {
                        return shop.orderConfirm()
                            .submitAndAwait(
                                new OrderConfirm("6"),
                                SubmitOptions.by("test"),
                                Duration.ofMinutes(1));
                      } catch (InterruptedException e) {
                        throw new AssertionError(e);
                      }
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("it cannot be awaited before the commit");
  }

  @Test
  void aSeparateInnerTransactionIsNotUndoneWithTheOuterOne() {
    List<UUID> ids = new ArrayList<>();

    inTransaction(
        status -> {
          ids.add(submit());
          transactions(context, "default").<Boolean>execute(NEW, inner -> ids.add(submit()));
          ids.add(submit());
          status.setRollbackOnly();
          return true;
        });

    assertThat(ids.stream().map(id -> jobs.find(id).isPresent()))
        .containsExactly(false, true, false);
  }

  @Test
  void aSubmitAfterTheCommitHasItsOwnTransaction() {
    List<UUID> ids = new ArrayList<>();

    inTransaction(
        status -> {
          status.registerSynchronization(
              new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                  ids.add(submit());
                }

                @Override
                public void afterCompletion(Status completed) {
                  ids.add(submit());
                }
              });
          return true;
        });

    assertThat(ids).hasSize(2).allMatch(id -> jobs.find(id).isPresent());
  }

  @Test
  void aTransactionOfAnotherDataSourceIsNotJoined() {
    UUID id =
        transactions(context, "other")
            .execute(
                TransactionDefinition.DEFAULT,
                status -> {
                  UUID submitted = submit();
                  status.setRollbackOnly();
                  return submitted;
                });

    assertThat(jobs.find(id)).isPresent();
  }

  @Test
  void theDataSourceOfTheJobsCanBeNamed() {
    try (ApplicationContext named =
        TestApplication.start(database, withOther(Map.of("tenon.data-source", "other")))) {
      ShopJobs there = named.getBean(ShopJobs.class);
      List<UUID> ids = new ArrayList<>();
      for (String dataSource : List.of("default", "other")) {
        transactions(named, dataSource)
            .<Boolean>execute(
                TransactionDefinition.DEFAULT,
                status -> {
                  status.setRollbackOnly();
                  return ids.add(
                      there
                          .orderConfirm()
                          .submit(new OrderConfirm("5"), SubmitOptions.by("test"))
                          .jobId());
                });
      }

      assertThat(ids.stream().map(id -> jobs.find(id).isPresent())).containsExactly(true, false);
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void aConnectionWithoutATransactionIsNotJoined() {
    ConnectionOperations<Connection> connections =
        context.getBean(
            (Argument<ConnectionOperations<Connection>>)
                (Argument<?>) Argument.of(ConnectionOperations.class, Connection.class));

    UUID id = connections.executeWrite(status -> submit());

    assertThat(jobs.find(id)).isPresent();
  }

  @Test
  void stepsHaveTransactionsThatWhatTheyCallJoins() throws Exception {
    StepTransactions steps = context.getBean(CallerTransactions.class).forSteps();
    AtomicReference<Connection> joined = new AtomicReference<>();
    AtomicReference<Connection> given = new AtomicReference<>();

    steps.run(
        connection -> {
          given.set(connection);
          inTransaction(
              status -> {
                joined.set(status.getConnection());
                return true;
              });
        });

    assertThat(joined.get()).isSameAs(given.get());
  }

  @Test
  void theRuntimeHasThePoolItself() {
    assertThat(context.getBean(DataSource.class).getClass().getName())
        .as("the application's is contextual")
        .contains("DataSourceProxy");
    assertThat(context.getBean(JobsDataSource.class).pool()).isInstanceOf(HikariDataSource.class);
    assertThat(context.getBean(JobsRuntime.class).health().isHealthy()).isTrue();
  }
}
