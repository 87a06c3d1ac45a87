package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handlers that use the database, which goes away while they do. */
class OutageAttemptsTest {

  private PostgresServer server;
  private PostgresDatabase database;
  private Fixture fixture;
  private JobsRuntime runtime;

  @BeforeEach
  void start() {
    server = PostgresServer.builder().setting("fsync", "off").launch();
    database = server.createDatabase();
    fixture = Fixture.on(database);
    runtime = fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(500)));
  }

  @AfterEach
  void close() {
    fixture.close();
    server.close();
  }

  /** A failure within a heartbeat interval of a start of the server counts as an outage. */
  private void awaitSteadyServer() {
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () -> {
              try (Connection connection = database.connect();
                  Statement statement = connection.createStatement();
                  ResultSet result =
                      statement.executeQuery(
                          "SELECT clock_timestamp() - pg_postmaster_start_time() > '5 s'")) {
                return result.next() && result.getBoolean(1);
              }
            });
  }

  private UUID submit() {
    return runtime
        .jobs()
        .submit(TestJobs.ORDER, new Order("o", 1), SubmitOptions.by("tester"))
        .jobId();
  }

  @Test
  void anAttemptThatFailsForWantOfTheDatabaseDoesNotCount() {
    int outages = TestJobs.ORDER.retryPolicy().maxAttempts();
    AtomicBoolean databaseStays = new AtomicBoolean();
    AtomicInteger started = new AtomicInteger();
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  boolean stays = databaseStays.get();
                  started.incrementAndGet();
                  try (Connection connection = database.connect();
                      Statement statement = connection.createStatement()) {
                    statement.execute(stays ? "SELECT 1" : "SELECT pg_sleep(600)");
                  }
                  return new Receipt("done");
                }),
        WorkerOptions.defaults().withConcurrency(1));
    UUID id = submit();
    for (int i = 1; i <= outages; i++) {
      int attempt = i;
      await().atMost(Fixture.PATIENCE).until(() -> started.get() == attempt);
      databaseStays.set(i == outages);
      server.stop();
      server.start();
    }
    Job job = Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
    assertThat(job.attempts()).isEqualTo(1);
    List<JobAttempt> history = runtime.jobs().attempts(id);
    assertThat(history).hasSize(outages + 1);
    assertThat(history.stream().filter(each -> each.outcome() == Outcome.RELEASED))
        .hasSize(outages)
        .allSatisfy(
            each ->
                assertThat(each.error().orElseThrow().errorClass().orElseThrow())
                    .contains("PSQLException"));
  }

  @Test
  void theSameFailureCountsWhileTheDatabaseIsThere() {
    awaitSteadyServer();
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  throw new IllegalStateException(new SQLException("as if it were away", "08006"));
                }));
    UUID id = submit();
    Job job = Fixture.awaitStatus(runtime.jobs(), id, JobStatus.FAILED);
    assertThat(job.attempts()).isEqualTo(3);
    assertThat(runtime.jobs().attempts(id))
        .extracting(JobAttempt::outcome)
        .containsOnly(Outcome.FAILED);
  }
}
