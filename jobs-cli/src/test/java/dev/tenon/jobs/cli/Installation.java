package dev.tenon.jobs.cli;

import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.cli.mcp.NoteWrite;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** A database with a runtime, on which commands run. */
final class Installation implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PostgresDatabase database = PostgresDatabase.shared();
  final JobsRuntime runtime;

  Installation() {
    this(Duration.ofSeconds(5));
  }

  /** Creates an installation whose workers send their heartbeats at this interval. */
  Installation(Duration heartbeatInterval) {
    runtime =
        JobsRuntime.builder()
            .database(database.url(), database.user(), database.password())
            .heartbeatInterval(heartbeatInterval)
            .closeOnShutdown(false)
            .start();
  }

  /** The variables that name a database to a command. */
  static Map<String, String> environment(PostgresDatabase database) {
    return Map.of(
        "TENON_DB_URL", database.url(),
        "TENON_DB_USER", database.user(),
        "TENON_DB_PASSWORD", database.password());
  }

  Map<String, String> environment() {
    return environment(database);
  }

  PostgresDatabase database() {
    return database;
  }

  JobService jobs() {
    return runtime.jobs();
  }

  /** Starts a worker. */
  void work() {
    var unused =
        runtime.startWorker(
            new MailJobsHandlers(new MailSend.Handler(), new NoteWrite.Handler())
                .only(MailSendJob.DEFINITION));
  }

  /** Starts a worker, and waits until it has ended a job. */
  Job ended(UUID id) {
    work();
    return await().atMost(PATIENCE).until(() -> jobs().get(id), job -> job.status().isTerminal());
  }

  @Override
  public void close() {
    runtime.close();
    database.close();
  }
}
