package dev.tenon.jobs.testing;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.runtime.JobsRuntime;
import java.io.IOException;
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
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/**
 * Gives tests of JUnit Jupiter, 5.12 or newer, a running Tenon: a real PostgreSQL, which is started
 * once in the JVM and needs no installation, and on it a separate database and {@link JobsRuntime}.
 * There is no RabbitMQ: workers take their jobs from the table.
 *
 * <pre>{@code
 * @RegisterExtension
 * final TenonExtension tenon = TenonExtension.withWorker(new PlmJobsHandlers(new WidgetBatchHandler()));
 *
 * @Test
 * void makesTheWidgets() {
 *   PlmJobs jobs = new PlmJobs(tenon.jobs());
 *   UUID id = jobs.widgetBatch().submit(batch, SubmitOptions.by("test")).jobId();
 *   Job job = tenon.awaitEnd(id, Duration.ofSeconds(10));
 *   assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
 * }
 * }</pre>
 *
 * <p>In an instance field it gives each test a database; in a static field, one to all tests of the
 * class together, those of nested classes among them. When they have ended, the workers are stopped
 * and the database is dropped. Thread-safe from the start of a test to its end.
 */
public final class TenonExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  private static final Namespace NAMESPACE = Namespace.create(TenonExtension.class);

  private final @Nullable JobHandlers handlers;
  private volatile @Nullable EmbeddedJobs running;

  /** The test class that runs and those around it: JUnit calls this for nested classes, too. */
  private int classes;

  private TenonExtension(@Nullable JobHandlers handlers) {
    this.handlers = handlers;
  }

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
    return running().jobs();
  }

  /** The runtime, which the extension closes. */
  public JobsRuntime runtime() {
    return running().runtime();
  }

  /** The database of the jobs. Tests may create their own tables in it. */
  public DataSource dataSource() {
    return running().dataSource();
  }

  /**
   * Starts a worker that works until the end of the test. When it is closed its handlers get no
   * grace period, so that a test need not wait for them.
   */
  public JobWorker startWorker(JobHandlers handlers) {
    return running().startWorker(handlers);
  }

  /**
   * Waits until a job has ended, whatever its outcome.
   *
   * @param jobId the job
   * @param timeout how long to wait at most
   * @return the job as it ended
   * @throws AssertionError if it has not ended by then; the message describes the job
   * @throws dev.tenon.jobs.JobNotFoundException if there is no such job
   */
  public Job awaitEnd(UUID jobId, Duration timeout) {
    return running().awaitEnd(jobId, timeout);
  }

  @Override
  public synchronized void beforeAll(ExtensionContext context) {
    classes++;
    if (classes == 1) {
      start(context);
    }
  }

  @Override
  public synchronized void beforeEach(ExtensionContext context) {
    if (classes == 0) {
      start(context);
    }
  }

  @Override
  public synchronized void afterEach(ExtensionContext context) {
    if (classes == 0) {
      stop();
    }
  }

  @Override
  public synchronized void afterAll(ExtensionContext context) {
    // It is also called if an earlier extension has failed, so that this one did not
    // start
    classes = Math.max(0, classes - 1);
    if (classes == 0) {
      stop();
    }
  }

  private void start(ExtensionContext context) {
    running = EmbeddedJobs.start(postgres(context), builder -> builder);
    if (handlers != null) {
      startWorker(handlers);
    }
  }

  /** A server that all tests share, and that is stopped after them. */
  // JUnit up to 5.12 closes only what is a CloseableResource, later versions close both; the
  // successor computeIfAbsent came with JUnit 6, and frameworks still pin JUnit 5
  @SuppressWarnings("deprecation")
  private static TestPostgres postgres(ExtensionContext context) {
    return Objects.requireNonNull(
            context
                .getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                    Server.class, key -> new Server(TestPostgres.start()), Server.class))
        .postgres();
  }

  @SuppressWarnings("deprecation")
  private record Server(TestPostgres postgres) implements CloseableResource, AutoCloseable {
    @Override
    public void close() throws IOException {
      postgres.close();
    }
  }

  private void stop() {
    EmbeddedJobs stopping = running;
    if (stopping != null) {
      running = null;
      stopping.close();
    }
  }

  private EmbeddedJobs running() {
    EmbeddedJobs current = running;
    if (current == null) {
      throw new IllegalStateException(
          "No test is running. Annotate the field of the TenonExtension with @RegisterExtension, and use it"
              + " from @BeforeEach on.");
    }
    return current;
  }
}
