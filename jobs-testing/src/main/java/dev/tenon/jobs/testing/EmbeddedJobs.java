package dev.tenon.jobs.testing;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * A running Tenon for tests without JUnit: a {@link JobsRuntime} with a separate database, on a
 * real PostgreSQL that is started once in the JVM and needs no installation. There is no RabbitMQ:
 * workers take their jobs from the table. {@link TenonExtension} is the same for JUnit.
 *
 * <pre>{@code
 * try (EmbeddedJobs tenon = EmbeddedJobs.start()) {
 *   tenon.startWorker(new PlmJobsHandlers(new WidgetBatchHandler()));
 *   UUID id = new PlmJobs(tenon.jobs()).widgetBatch().submit(batch, SubmitOptions.by("test")).jobId();
 *   Job job = tenon.awaitEnd(id, Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class EmbeddedJobs implements AutoCloseable {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private static final WorkerOptions WORKER_OPTIONS =
      WorkerOptions.defaults().withGracePeriod(Duration.ZERO);

  private final TestPostgres postgres;
  private final String database;
  private final JobsRuntime runtime;

  private EmbeddedJobs(TestPostgres postgres, String database, JobsRuntime runtime) {
    this.postgres = postgres;
    this.database = database;
    this.runtime = runtime;
  }

  /** Makes a database and starts a runtime on it, with every module that is on the class path. */
  public static EmbeddedJobs start() {
    return start(builder -> builder);
  }

  /**
   * Makes a database and starts a runtime on it.
   *
   * @param settings changes how the runtime is set up, such as {@code builder ->
   *     builder.submittedBy("test")}
   */
  public static EmbeddedJobs start(UnaryOperator<JobsRuntimeBuilder> settings) {
    return start(TestPostgres.shared(), settings);
  }

  static EmbeddedJobs start(TestPostgres postgres, UnaryOperator<JobsRuntimeBuilder> settings) {
    String database = postgres.createDatabase();
    try {
      JobsRuntimeBuilder builder =
          JobsRuntime.builder()
              .database(postgres.url(database), TestPostgres.USER, "")
              .closeOnShutdown(false);
      return new EmbeddedJobs(postgres, database, settings.apply(builder).start());
    } catch (RuntimeException | Error e) {
      postgres.dropDatabase(database);
      throw e;
    }
  }

  /** Submits, reads, cancels and retries jobs; the constructors of generated classes take it. */
  public JobService jobs() {
    return runtime.jobs();
  }

  /** The runtime, which is closed with this object. */
  public JobsRuntime runtime() {
    return runtime;
  }

  /** The database of the jobs. Tests may create their own tables in it. */
  public DataSource dataSource() {
    return postgres.dataSource(database);
  }

  /**
   * Starts a worker that works until this object is closed. Its handlers then get no grace period,
   * so that a test need not wait for them.
   */
  public JobWorker startWorker(JobHandlers handlers) {
    return runtime.startWorker(handlers, WORKER_OPTIONS);
  }

  /**
   * Waits until a job has ended, well or badly.
   *
   * @param jobId the job
   * @param timeout how long to wait at most
   * @return the job as it ended
   * @throws AssertionError if it has not ended by then; the message describes the job
   * @throws dev.tenon.jobs.JobNotFoundException if there is no such job
   */
  public Job awaitEnd(UUID jobId, Duration timeout) {
    long start = System.nanoTime();
    while (true) {
      Job job = jobs().get(jobId);
      if (job.status().isTerminal()) {
        return job;
      }
      if (System.nanoTime() - start >= timeout.toNanos()) {
        throw new AssertionError(
            "The job did not end within %s: %s, due at %s, progress message %s, last error %s."
                .formatted(
                    timeout,
                    job,
                    job.runAt(),
                    job.progressMessage().orElse(null),
                    job.error().orElse(null)));
      }
      try {
        Thread.sleep(POLL_INTERVAL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("The test was interrupted while it waited for " + job + ".", e);
      }
    }
  }

  /** Stops the runtime and its workers, and drops the database. */
  @Override
  public void close() {
    runtime.close();
    postgres.dropDatabase(database);
  }
}
