package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.BenchmarkJobsHandlers;
import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.Work;
import dev.tenon.benchmarks.WorkHandler;
import dev.tenon.benchmarks.WorkJob;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.WorkerOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import java.util.List;
import java.util.function.Consumer;

/** Tenon, used as an application uses it. */
public final class TenonSystem implements JobSystem {

  static final String SUBMITTER = "bench";

  private final JobsRuntime runtime;
  private final JobDefinition<Work, Void> definition;
  private final TypedJobs<Work, Void> jobs;
  private final WorkerOptions options;
  private final boolean publishes;

  private TenonSystem(
      JobsRuntimeBuilder builder,
      JobDefinition<Work, Void> definition,
      int slots,
      boolean publishes) {
    this.runtime = builder.start();
    this.definition = definition;
    this.jobs = new TypedJobs<>(definition, runtime.jobs(), runtime.jobs());
    this.options =
        slots == 0 ? WorkerOptions.defaults() : WorkerOptions.defaults().withConcurrency(slots);
    this.publishes = publishes;
  }

  /** Tenon with PostgreSQL and RabbitMQ. */
  public static TenonSystem withRabbitMq(Place place) {
    return new TenonSystem(
        builder(place).rabbitMq(place.amqpUri()), WorkJob.DEFINITION, place.slots(), true);
  }

  /** Tenon with both, and all meters and traces on. */
  public static TenonSystem observed(Place place) {
    return new TenonSystem(
        Observability.on(builder(place).rabbitMq(place.amqpUri())),
        WorkJob.DEFINITION,
        place.slots(),
        true);
  }

  /** Tenon with PostgreSQL alone. */
  public static TenonSystem withoutRabbitMq(Place place) {
    return new TenonSystem(builder(place), WorkJob.DEFINITION, place.slots(), false);
  }

  /** Tenon with both, and jobs whose type has limits, which are not published. */
  public static TenonSystem withLimits(Place place, JobDefinition<Work, Void> definition) {
    return new TenonSystem(
        builder(place).rabbitMq(place.amqpUri()), definition, place.slots(), false);
  }

  private static JobsRuntimeBuilder builder(Place place) {
    return JobsRuntime.builder().database(place.url(), place.user(), place.password());
  }

  @Override
  public void submit(Work work) {
    jobs.submit(work, SUBMITTER);
  }

  @Override
  public void submitAll(List<Work> works) {
    jobs.submitAll(works, SUBMITTER);
  }

  @Override
  public boolean isSettled() {
    return !publishes || count(JobStatus.PENDING) == 0;
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) {
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
                return List.of(new JobBinding<>(definition, new WorkHandler(handler)));
              }
            },
            options);
    return worker::close;
  }

  @Override
  public long unfinished() {
    return count(JobStatus.PENDING) + count(JobStatus.QUEUED) + count(JobStatus.RUNNING);
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

  long count(JobStatus status) {
    return jobs.count(JobQuery.all().withStatus(status));
  }

  @Override
  public void close() {
    runtime.close();
  }
}
