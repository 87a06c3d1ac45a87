package dev.tenon.jobs.testing;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Gives tests of JUnit Jupiter, 5.12 or newer, a running Tenon: a real PostgreSQL, which is started
 * once in the JVM and needs no installation, and on it a database and a {@link JobsRuntime} of
 * their own. There is no RabbitMQ: workers take their jobs from the table.
 *
 * <pre>{@code
 * @RegisterExtension
 * final TenonExtension tenon = TenonExtension.withWorker(new PlmJobsHandlers(new WidgetBatchHandler()));
 *
 * @Test
 * void makesTheWidgets() {
 *   PlmJobs jobs = new PlmJobs(tenon.jobs());
 *   UUID id = jobs.widgetBatch().submit(batch, "test");
 *   Job job = tenon.awaitEnd(id, Duration.ofSeconds(10));
 *   assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
 * }
 * }</pre>
 *
 * <p>In an instance field it gives each test a database; in a static field, one to all tests of the
 * class together. When they are over, the workers are stopped and the database is dropped.
 * Thread-safe from the start of a test to its end.
 */
public final class TenonExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  private static final Namespace NAMESPACE = Namespace.create(TenonExtension.class);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private static final WorkerOptions WORKER_OPTIONS =
      WorkerOptions.defaults().withGracePeriod(Duration.ZERO);

  private final @Nullable JobHandlers handlers;
  private volatile @Nullable Running running;
  private boolean startedForAll;

  private TenonExtension(@Nullable JobHandlers handlers) {
    this.handlers = handlers;
  }

  /** What exists while tests run. */
  private record Running(TestPostgres postgres, String database, JobsRuntime runtime) {}

  /** A runtime without a worker; {@link #startWorker} starts one. */
  public static TenonExtension create() {
    return new TenonExtension(null);
  }

  /** A runtime with a worker, which is started before the test. */
  public static TenonExtension withWorker(JobHandlers handlers) {
    return new TenonExtension(handlers);
  }

  /** Submits, reads, cancels and retries jobs; the constructors of generated classes take it. */
  public JobService jobs() {
    return runtime().jobs();
  }

  /** The runtime, which the extension closes. */
  public JobsRuntime runtime() {
    return running().runtime();
  }

  /** The database of the jobs, in which tests may also create tables of their own. */
  public DataSource dataSource() {
    return running().postgres().dataSource(running().database());
  }

  /**
   * Starts a worker that works until the end of the test. When it is closed its handlers get no
   * grace period, so that a test need not wait for them.
   */
  public JobWorker startWorker(JobHandlers handlers) {
    return runtime().startWorker(handlers, WORKER_OPTIONS);
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
                .formatted(timeout, job, job.runAt(), job.progressMessage(), job.error()));
      }
      try {
        Thread.sleep(POLL_INTERVAL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("The test was interrupted while it waited for " + job + ".", e);
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    startedForAll = true;
    start(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!startedForAll) {
      start(context);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!startedForAll) {
      stop();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop();
  }

  private void start(ExtensionContext context) {
    TestPostgres postgres = postgres(context);
    String database = postgres.createDatabase();
    JobsRuntime runtime =
        JobsRuntime.builder()
            .database(postgres.url(database), TestPostgres.USER, "")
            .closeOnShutdown(false)
            .start();
    running = new Running(postgres, database, runtime);
    if (handlers != null) {
      startWorker(handlers);
    }
  }

  // The successor computeIfAbsent came with JUnit 6, and frameworks still pin JUnit 5
  @SuppressWarnings("deprecation")
  private static TestPostgres postgres(ExtensionContext context) {
    return Objects.requireNonNull(
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(
                TestPostgres.class, key -> TestPostgres.start(), TestPostgres.class));
  }

  private void stop() {
    Running stopping = running;
    if (stopping != null) {
      running = null;
      stopping.runtime().close();
      stopping.postgres().dropDatabase(stopping.database());
    }
  }

  private Running running() {
    Running current = running;
    if (current == null) {
      throw new IllegalStateException(
          "No test is running. Annotate the field of the TenonExtension with @RegisterExtension, and use it"
              + " from @BeforeEach on.");
    }
    return current;
  }
}
