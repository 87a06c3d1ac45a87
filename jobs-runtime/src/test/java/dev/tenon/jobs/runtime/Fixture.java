package dev.tenon.jobs.runtime;

import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A database of its own, perhaps a virtual host of its own, and runtimes on them. */
final class Fixture implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  static {
    // Awaitility's own ten seconds are not enough on a machine that does other things, too
    Awaitility.setDefaultTimeout(PATIENCE);
  }

  private final PostgresDatabase database;
  private final @Nullable RabbitVirtualHost host;
  private final List<JobsRuntime> runtimes = new ArrayList<>();

  private Fixture(PostgresDatabase database, @Nullable RabbitVirtualHost host) {
    this.database = database;
    this.host = host;
  }

  /** Over a database that has Tenon's tables. */
  static Fixture withoutRabbit() {
    return new Fixture(TenonDatabase.shared(), null);
  }

  /** On a database of the caller's; the runtime makes the tables that it lacks. */
  static Fixture on(PostgresDatabase database) {
    return new Fixture(database, null);
  }

  /** On a database of the caller's, as above, and with RabbitMQ. */
  static Fixture withRabbitOn(PostgresDatabase database) {
    return new Fixture(database, RabbitVirtualHost.shared());
  }

  /** Over a database that has Tenon's tables, and with RabbitMQ. */
  static Fixture withRabbit() {
    return new Fixture(TenonDatabase.shared(), RabbitVirtualHost.shared());
  }

  PostgresDatabase database() {
    return database;
  }

  RabbitVirtualHost host() {
    return java.util.Objects.requireNonNull(host);
  }

  /** The URI of the virtual host; null without RabbitMQ. */
  @Nullable String amqpUri() {
    return host == null ? null : host.uri();
  }

  JobsRuntimeBuilder builder() {
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .database(database.url(), database.user(), database.password())
            .closeOnShutdown(false);
    return host == null ? builder : builder.rabbitMq(host.uri());
  }

  JobsRuntime start() {
    return start(builder());
  }

  JobsRuntime start(JobsRuntimeBuilder builder) {
    JobsRuntime runtime = builder.start();
    runtimes.add(runtime);
    return runtime;
  }

  /** Closes the runtimes, the last one first, and keeps the servers. */
  void closeRuntimes() {
    Collections.reverse(runtimes);
    runtimes.forEach(JobsRuntime::close);
    runtimes.clear();
  }

  static Job awaitStatus(JobService jobs, UUID jobId, JobStatus status) {
    return await("job is " + status)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> jobs.get(jobId), is(status));
  }

  /**
   * Waits until the worker runs nothing: a slot is free a moment after its outcome is committed.
   */
  static void awaitIdle(JobWorker worker) {
    await("the worker is idle").atMost(PATIENCE).until(() -> worker.runningJobs() == 0);
  }

  private static Predicate<Job> is(JobStatus status) {
    return job -> {
      if (job.status().isTerminal() && job.status() != status) {
        throw new AssertionError(job + " ended with " + job.error().orElse(null));
      }
      return job.status() == status;
    };
  }

  @Override
  public void close() {
    closeRuntimes();
    database.close();
    if (host != null) {
      host.close();
    }
  }
}
