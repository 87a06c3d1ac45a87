package dev.tenon.examples.plm.demo;

import dev.tenon.examples.plm.application.Setup;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;

/** The whole application, on a database and a virtual host of its own. */
final class TestStage implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String PASSWORD = "no-secret";

  private final PostgresDatabase database = PostgresDatabase.shared();
  private final RabbitVirtualHost rabbitMq = RabbitVirtualHost.shared();
  private final String role = "plm_cad_" + UUID.randomUUID().toString().replace("-", "");
  private final Stage stage;

  TestStage(Path folder, ZooServer.Behavior zoo) throws IOException, SQLException {
    execute("CREATE ROLE " + role + " LOGIN PASSWORD '" + PASSWORD + "'");
    stage =
        new Stage(
            new Servers(
                database.url(),
                database.user(),
                database.password(),
                role,
                PASSWORD,
                rabbitMq.uri(),
                "plm."),
            root(),
            folder,
            zoo);
  }

  static Path root() {
    return Path.of(System.getProperty("basedir", ".")).toAbsolutePath().resolve("../../..").normalize();
  }

  Stage stage() {
    return stage;
  }

  UUID addSamples(int items) throws SQLException {
    return new Setup(stage.database()).addSamples(items);
  }

  Job awaitEnd(UUID jobId) {
    return Awaitility.await("the end of " + jobId)
        .atMost(PATIENCE)
        .until(
            () -> {
              stage.approver().readMails();
              return stage.runtime().jobs().get(jobId);
            },
            job -> job.status().isTerminal());
  }

  List<Job> awaitEnds(List<UUID> jobIds) {
    return jobIds.stream().map(this::awaitEnd).toList();
  }

  /** Waits until a job has made progress of at least so many percent, and still runs. */
  Job awaitProgress(UUID jobId, int percent) {
    return Awaitility.await("progress of " + jobId)
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(() -> stage.runtime().jobs().get(jobId), job -> job.progress() >= percent);
  }

  @Override
  public void close() throws SQLException {
    stage.close();
    execute("DROP OWNED BY " + role);
    execute("DROP ROLE " + role);
    rabbitMq.close();
    database.close();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
