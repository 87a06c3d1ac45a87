package dev.tenon.jobs.cli.mcp;

import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.cli.MailJobs;
import dev.tenon.jobs.cli.MailJobsHandlers;
import dev.tenon.jobs.cli.MailJobsModule;
import dev.tenon.jobs.cli.MailSend;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobAudit;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A database with an application, and servers for agents on it. */
final class AgentWorld implements AutoCloseable {

  static final String TOKEN = "a-token-of-the-tests-that-is-long-enough";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PostgresDatabase database = PostgresDatabase.shared();
  private final List<Runnable> opened = new ArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  final JobsRuntime runtime;
  final MailJobs jobs;

  AgentWorld() {
    runtime =
        JobsRuntime.builder()
            .database(database.url(), database.user(), database.password())
            .modules(new MailJobsModule())
            .closeOnShutdown(false)
            .start();
    jobs = new MailJobs(runtime.jobs());
  }

  Map<String, String> environment() {
    return Map.of(
        "TENON_DB_URL", database.url(),
        "TENON_DB_USER", database.user(),
        "TENON_DB_PASSWORD", database.password());
  }

  JobService service() {
    return runtime.jobs();
  }

  void work() {
    var unused =
        runtime.startWorker(new MailJobsHandlers(new MailSend.Handler(), new NoteWrite.Handler()));
  }

  /** Submits a note that is due tomorrow. */
  UUID later(String text) {
    return jobs.noteWrite()
        .submit(
            new NoteWrite(text, false), SubmitOptions.by("tester").withDelay(Duration.ofDays(1)))
        .jobId();
  }

  /** Submits a note whose job fails. */
  UUID failing(String text) {
    return jobs.noteWrite().submit(new NoteWrite(text, true), SubmitOptions.by("tester")).jobId();
  }

  /** Waits until a job has ended; a worker has to run. */
  Job ended(UUID id) {
    return await()
        .atMost(PATIENCE)
        .until(() -> service().get(id), job -> job.status().isTerminal());
  }

  /** A server for a user, in this process. */
  AgentServer server(DashboardUser user, ModuleDefinition... modules) {
    try {
      AgentServer server =
          AgentServer.onHttp(
              new AgentServer.Settings(
                  runtime, request -> user, List.of(modules), "test", problems::add),
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              TOKEN);
      opened.add(server::close);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client of a server for a user who may submit jobs of all types. */
  Agent agent(DashboardUser user) {
    Agent agent =
        Agent.onHttp(server(user, new MailJobsModule()).uri().orElseThrow(), TOKEN, "test-client");
    opened.add(agent::close);
    return agent;
  }

  /** A client that may do everything. */
  Agent agent() {
    return agent(DashboardUser.of("robot", Right.ACT));
  }

  /** Adds failures of a kind of their own each, in this hour. */
  void addFailures(String type, int kinds) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO tenon.job_failures"
                    + " (at, type, fingerprint, error_reason, failures, last_at, last_job_id)"
                    + " SELECT date_trunc('hour', now()), ?, 'kind ' || n, 'exception', 1, now(),"
                    + " gen_random_uuid() FROM generate_series(1, ?) AS n")) {
      insert.setString(1, type);
      insert.setInt(2, kinds);
      insert.executeUpdate();
    }
  }

  /** The newest entries of the audit. */
  List<JobAudit.Entry> audit() {
    return runtime.monitor().audit().list(AuditQuery.all()).items();
  }

  /** What calls have failed with unexpectedly. */
  List<String> problems() {
    return problems;
  }

  @Override
  public void close() {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).run();
    }
    runtime.close();
    database.close();
  }
}
