package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.BenchmarkJobsHandlers;
import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.Work;
import dev.tenon.benchmarks.WorkHandler;
import dev.tenon.benchmarks.WorkJob;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tenon, used as an application uses it. */
public final class TenonSystem implements JobSystem {

  static final String SUBMITTER = "bench";

  private static final String PENDING =
      "SELECT count(*) FROM tenon.live_jobs WHERE status = 'pending' AND limit_key IS NULL";
  private static final String QUEUED =
      "SELECT count(*) FROM tenon.live_jobs WHERE status = 'queued'";
  private static final String UNFINISHED = "SELECT count(*) FROM tenon.live_jobs";

  private static final int MILLIS_BETWEEN_COUNTS = 100;

  private final Place place;
  private final JobsRuntime runtime;
  private final JobDefinition<Work, Void> definition;
  private final TypedJobs<Work, Void> jobs;
  private final WorkerOptions options;
  private final boolean publishes;

  private TenonSystem(
      Place place,
      JobsRuntimeBuilder builder,
      JobDefinition<Work, Void> definition,
      boolean publishes) {
    this.place = place;
    this.runtime = builder.start();
    this.definition = definition;
    this.jobs = new TypedJobs<>(definition, runtime.jobs(), runtime.jobs());
    this.options =
        place.slots() == 0
            ? WorkerOptions.defaults()
            : WorkerOptions.defaults().withConcurrency(place.slots());
    this.publishes = publishes;
  }

  /** Tenon with PostgreSQL and RabbitMQ. */
  public static TenonSystem withRabbitMq(Place place) {
    return withRabbitMq(place, WorkJob.DEFINITION);
  }

  /** Tenon with both, and jobs of this type, which has no limits. */
  public static TenonSystem withRabbitMq(Place place, JobDefinition<Work, Void> definition) {
    return new TenonSystem(place, builder(place).rabbitMq(place.amqpUri()), definition, true);
  }

  /** Tenon with both, and all meters and traces on. */
  public static TenonSystem observed(Place place) {
    return new TenonSystem(
        place,
        Observability.on(builder(place).rabbitMq(place.amqpUri())),
        WorkJob.DEFINITION,
        true);
  }

  /** Tenon with PostgreSQL alone. */
  public static TenonSystem withoutRabbitMq(Place place) {
    return withoutRabbitMq(place, WorkJob.DEFINITION);
  }

  /** Tenon with PostgreSQL alone, and jobs of this type. */
  public static TenonSystem withoutRabbitMq(Place place, JobDefinition<Work, Void> definition) {
    return new TenonSystem(place, builder(place), definition, false);
  }

  /** Tenon with both, and jobs whose type has limits, which are not published. */
  public static TenonSystem withLimits(Place place, JobDefinition<Work, Void> definition) {
    return new TenonSystem(place, builder(place).rabbitMq(place.amqpUri()), definition, false);
  }

  private static JobsRuntimeBuilder builder(Place place) {
    return JobsRuntime.builder().database(place.url(), place.user(), place.password());
  }

  @Override
  public void submit(Work work) {
    jobs.submit(work, SubmitOptions.by(SUBMITTER));
  }

  @Override
  public void submitAll(List<Work> works) {
    jobs.submitAll(works, SubmitOptions.by(SUBMITTER));
  }

  @Override
  public boolean isSettled() throws SQLException {
    return !publishes || number(PENDING) == 0;
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) {
    return startWorker(handler, new JobBinding<>(definition, new WorkHandler(handler)));
  }

  /** Starts a worker with another handler. */
  Worker startWorker(Consumer<Work> handler, JobBinding<Work, Void> binding) {
    JobHandlers handlers = new BenchmarkJobsHandlers(new WorkHandler(handler));
    JobWorker worker =
        runtime.startWorker(
            new JobHandlers() {
              @Override
              public ModuleDefinition module() {
                return handlers.module();
              }

              @Override
              public List<JobBinding<?, ?>> bindings() {
                return List.of(binding);
              }
            },
            options);
    return worker::close;
  }

  @Override
  public long unfinished() throws SQLException {
    return number(UNFINISHED);
  }

  @Override
  public void awaitDeletion() throws Exception {
    while (number("SELECT count(*) FROM tenon.jobs") > 0) {
      TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_COUNTS);
    }
  }

  /** Whether its jobs are published to RabbitMQ. */
  boolean publishes() {
    return publishes;
  }

  /** How many of its jobs are where workers look for them. */
  long queued() throws SQLException {
    return number(QUEUED);
  }

  /** The type of its jobs. */
  JobDefinition<Work, Void> definition() {
    return definition;
  }

  /** Its jobs, for workflows. */
  TypedJobs<Work, Void> jobs() {
    return jobs;
  }

  /** Its runtime, for the dashboard. */
  JobsRuntime runtime() {
    return runtime;
  }

  /** Its service, for workflows. */
  JobService service() {
    return runtime.jobs();
  }

  // Over a separate connection, because those of the runtime are measured
  long number(String query) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(place.url(), place.user(), place.password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      boolean unused = rows.next();
      return rows.getLong(1);
    }
  }

  @Override
  public void close() {
    runtime.close();
  }
}
