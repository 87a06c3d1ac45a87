package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.options.StepTransactions;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps while connections break, the database is away, or the job is taken from the worker. */
@Tag("thorough")
class StepFaultsTest {

  private static UUID submit(JobService jobs) {
    return jobs.submit(TestJobs.ORDER, new Order("o", 1), SubmitOptions.by("t")).jobId();
  }

  private static void execute(PostgresDatabase database, String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long reservations(PostgresDatabase database, UUID id) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT count(*) FROM public.reservations WHERE job_id = ?")) {
      statement.setObject(1, id);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Breaks the connection of the first transaction, before or after its commit. */
  private static StepTransactions broken(PostgresDatabase database, boolean afterCommit) {
    AtomicBoolean isFirst = new AtomicBoolean(true);
    return work -> {
      try (Connection connection = database.connect()) {
        connection.setAutoCommit(false);
        work.run(connection);
        // The check at the start has no rows to commit
        if (hasWritten(connection) && isFirst.getAndSet(false)) {
          if (afterCommit) {
            connection.commit();
          }
          execute(database, "SELECT pg_terminate_backend(" + pid(connection) + ")");
        }
        connection.commit();
      }
    };
  }

  private static boolean hasWritten(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_xact_id_if_assigned()")) {
      row.next();
      return row.getString(1) != null;
    }
  }

  private static int pid(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTransactionalStepIsDoneOnceWhereverItsConnectionBreaks(boolean afterCommit)
      throws SQLException {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      PostgresDatabase database = fixture.database();
      execute(database, "CREATE TABLE public.reservations (job_id uuid NOT NULL)");
      JobsRuntime runtime =
          fixture.start(fixture.builder().stepTransactions(broken(database, afterCommit)));
      AtomicInteger runs = new AtomicInteger();
      runtime.startWorker(
          TestJobs.handlers()
              .with(
                  TestJobs.ORDER,
                  StepsProcess.STEPS,
                  (order, context) -> {
                    Void unused =
                        context
                            .steps(StepsProcess.STEPS)
                            .<Void, SQLException>runInTransaction(
                                StepsProcess.RESERVE,
                                "",
                                (step, transaction) -> {
                                  runs.incrementAndGet();
                                  StepsContract.insert(transaction, context.jobId());
                                  return null;
                                });
                    return new Receipt("reserved");
                  }));
      UUID id = submit(runtime.jobs());
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
      assertThat(runs).hasValue(afterCommit ? 1 : 2);
      assertThat(reservations(database, id)).isOne();
      assertThat(runtime.jobs().get(id).attempts()).as("it is not counted").isEqualTo(1);
    }
  }

  @Test
  void aStepWhoseRecordCannotBeWrittenRunsAgainUncounted() throws Exception {
    try (PostgresServer server = PostgresServer.builder().setting("fsync", "off").launch();
        Fixture fixture = Fixture.on(server.createDatabase())) {
      JobsRuntime runtime =
          fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(500)));
      CountDownLatch isRunning = new CountDownLatch(1);
      CountDownLatch isDown = new CountDownLatch(1);
      AtomicInteger runs = new AtomicInteger();
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      runtime.startWorker(
          TestJobs.handlers()
              .with(
                  TestJobs.ORDER,
                  StepsProcess.STEPS,
                  (order, context) -> {
                    try {
                      return context
                          .steps(StepsProcess.STEPS)
                          .<Receipt, InterruptedException>run(
                              StepsProcess.FIRST,
                              "",
                              step -> {
                                int run = runs.incrementAndGet();
                                isRunning.countDown();
                                isDown.await();
                                return new Receipt("run " + run);
                              });
                    } catch (JobStoreException e) {
                      thrown.set(e);
                      return new Receipt("swallowed");
                    }
                  }));
      UUID id = submit(runtime.jobs());
      assertThat(isRunning.await(60, TimeUnit.SECONDS)).isTrue();
      server.stop();
      isDown.countDown();
      await().until(() -> thrown.get() != null);
      server.start();
      // The connections of the old server fail first
      await()
          .ignoreExceptionsInstanceOf(JobStoreException.class)
          .until(() -> runtime.jobs().get(id).status() == JobStatus.COMPLETED);
      assertThat(runtime.jobs().find(TestJobs.ORDER, id).orElseThrow().result())
          .contains(new Receipt("run 2"));
      assertThat(runtime.jobs().get(id).attempts()).isEqualTo(1);
      assertThat(runtime.jobs().attempts(id))
          .extracting(JobAttempt::outcome)
          .containsExactly(Outcome.RELEASED, Outcome.COMPLETED);
    }
  }

  @Test
  void aStepOfAJobThatWasTakenAwayIsNotRecorded() {
    try (Fixture fixture = Fixture.withoutRabbit();
        CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      JobsRuntime runtime =
          fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(500)));
      AtomicInteger runs = new AtomicInteger();
      runtime.startWorker(
          TestJobs.handlers()
              .with(
                  TestJobs.ORDER,
                  StepsProcess.STEPS,
                  (order, context) ->
                      context
                          .steps(StepsProcess.STEPS)
                          .run(
                              StepsProcess.FIRST,
                              "",
                              step -> {
                                int run = runs.incrementAndGet();
                                if (run == 1) {
                                  execute(
                                      fixture.database(),
                                      "UPDATE /* by the test */ by_test.jobs SET lease = lease + 1");
                                }
                                return new Receipt("run " + run);
                              })));
      UUID id = submit(runtime.jobs());
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
      assertThat(runtime.jobs().find(TestJobs.ORDER, id).orElseThrow().result())
          .contains(new Receipt("run 2"));
      assertThat(log.warnings())
          .anyMatch(line -> line.contains("no longer belongs to this worker"));
    }
  }

  @Test
  void aWorkerDoesNotStartIfItsStepsWriteToAnotherDatabase() {
    try (Fixture fixture = Fixture.withoutRabbit();
        PostgresDatabase other = PostgresDatabase.shared()) {
      JobsRuntime runtime =
          fixture.start(
              fixture.builder().stepTransactions(StepTransactions.of(other.dataSource())));
      assertThatExceptionOfType(JobsStartException.class)
          .isThrownBy(
              () ->
                  runtime.startWorker(
                      TestJobs.handlers()
                          .with(
                              TestJobs.ORDER,
                              StepsProcess.STEPS,
                              (order, context) -> new Receipt("x"))))
          .withMessageContaining("Step 'reserve' of job type 'test.order.place' is transactional")
          .withMessageContaining("schema 'tenon'");
    }
  }
}
