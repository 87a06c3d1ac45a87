package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.BenchmarkJobs;
import dev.tenon.benchmarks.BenchmarkJobsHandlers;
import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.Work;
import dev.tenon.benchmarks.WorkHandler;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import java.util.List;
import java.util.function.Consumer;

/** Tenon, used as an application uses it. */
public final class TenonSystem implements JobSystem {

  private static final String SUBMITTER = "bench";

  private final JobsRuntime runtime;
  private final BenchmarkJobs jobs;
  private final WorkerOptions options;
  private final boolean publishes;

  private TenonSystem(JobsRuntimeBuilder builder, int slots, boolean publishes) {
    this.runtime = builder.start();
    this.jobs = new BenchmarkJobs(runtime.jobs());
    this.options =
        slots == 0 ? WorkerOptions.defaults() : WorkerOptions.defaults().withConcurrency(slots);
    this.publishes = publishes;
  }

  /** Tenon with PostgreSQL and RabbitMQ. */
  public static TenonSystem withRabbitMq(Place place) {
    return new TenonSystem(builder(place).rabbitMq(place.amqpUri()), place.slots(), true);
  }

  /** Tenon with PostgreSQL alone. */
  public static TenonSystem withoutRabbitMq(Place place) {
    return new TenonSystem(builder(place), place.slots(), false);
  }

  private static JobsRuntimeBuilder builder(Place place) {
    return JobsRuntime.builder().database(place.url(), place.user(), place.password());
  }

  @Override
  public void submit(Work work) {
    jobs.work().submit(work, SUBMITTER);
  }

  @Override
  public void submitAll(List<Work> works) {
    jobs.work().submitAll(works, SUBMITTER);
  }

  @Override
  public boolean isSettled() {
    return !publishes || count(JobStatus.PENDING) == 0;
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) {
    JobWorker worker =
        runtime.startWorker(new BenchmarkJobsHandlers(new WorkHandler(handler)), options);
    return worker::close;
  }

  @Override
  public long unfinished() {
    return count(JobStatus.PENDING) + count(JobStatus.QUEUED) + count(JobStatus.RUNNING);
  }

  private long count(JobStatus status) {
    return jobs.work().count(JobQuery.all().withStatus(status));
  }

  @Override
  public void close() {
    runtime.close();
  }
}
