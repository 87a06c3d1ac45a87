package dev.tenon.jobs.observability;

import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.observability.Handlers.OfLetters;
import dev.tenon.jobs.observability.Handlers.OfParcels;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;

/** A runtime with listeners, on a database and a virtual host of its own. */
final class Watched implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PostgresDatabase database = PostgresDatabase.shared();
  private final RabbitVirtualHost host = RabbitVirtualHost.shared();
  final OfParcels parcels = new OfParcels();
  final OfLetters letters = new OfLetters();
  final JobsRuntime runtime;
  final WatchedJobs jobs;

  Watched(JobListener listener) {
    this.runtime =
        JobsRuntime.builder()
            .database(database.url(), database.user(), database.password())
            .rabbitMq(host.uri())
            .closeOnShutdown(false)
            .submittedBy("tester")
            .listener(listener)
            .start();
    this.jobs = new WatchedJobs(runtime.jobs());
  }

  void startWorker() {
    var unused = runtime.startWorker(new WatchedJobsHandlers(letters, parcels));
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  void awaitEnd(UUID jobId, JobStatus status) {
    await("the job is " + status)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> runtime.jobs().get(jobId).status() == status);
  }

  @Override
  public void close() {
    runtime.close();
    database.close();
    host.close();
  }
}
