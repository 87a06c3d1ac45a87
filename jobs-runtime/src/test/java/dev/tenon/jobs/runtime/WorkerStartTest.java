package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Workers that are started when it cannot be done. */
@Tag("servers")
class WorkerStartTest {

  private PostgresServer server;
  private PostgresDatabase database;
  private JobsRuntime runtime;

  @BeforeEach
  void start() {
    server = PostgresServer.builder().setting("fsync", "off").launch();
    database = server.createDatabase();
    runtime =
        JobsRuntime.builder()
            .database(database.url(), database.user(), "")
            .closeOnShutdown(false)
            .start();
  }

  @AfterEach
  void close() {
    runtime.close();
    server.close();
  }

  private void startWorker() {
    runtime.startWorker(
        TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("done")));
  }

  @Test
  void withoutTheDatabaseItIsRefusedAndMayBeTriedAgain() {
    server.stop();

    assertThatExceptionOfType(JobStoreException.class)
        .isThrownBy(this::startWorker)
        .withMessageMatching(
            "The job types of the worker were not recorded: the database cannot be reached, or"
                + " cannot do it at the moment.*\\. Try again; the cause says more\\.");

    server.start();
    startWorker();
    UUID id =
        runtime.jobs().submit(TestJobs.ORDER, new Order("x", 1), SubmitOptions.by("t")).jobId();
    Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
  }

  @Test
  void aWorkerThatTheDatabaseDoesNotRecordIsRefused() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE tenon.workers ADD CONSTRAINT none CHECK (false) NOT VALID");
    }

    assertThatExceptionOfType(JobStoreRefusedException.class)
        .isThrownBy(this::startWorker)
        .withMessageStartingWith("The worker was not started");
  }

  @Tag("thorough")
  @Test
  void afterTheRuntimeWasClosedItIsRefused() {
    runtime.close();

    assertThatIllegalStateException()
        .isThrownBy(this::startWorker)
        .withMessage("The runtime is closed; start a new one.");
  }
}
