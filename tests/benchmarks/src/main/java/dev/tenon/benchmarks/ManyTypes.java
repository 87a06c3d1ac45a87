package dev.tenon.benchmarks;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** An application with very many job types, in one worker: how long until its first job runs. */
final class ManyTypes {

  private static final int TYPES = 1_000;
  private static final String SUBMITTER = "bench";
  private static final int TIMEOUT_SECONDS = 120;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Place place;
  private final boolean withRabbitMq;
  private final List<JobDefinition<Work, Void>> definitions = new ArrayList<>();

  ManyTypes(Place place, boolean withRabbitMq) {
    this.place = place;
    this.withRabbitMq = withRabbitMq;
    for (int number = 0; number < TYPES; number++) {
      definitions.add(
          JobDefinition.builder("bench.type-%04d".formatted(number), Work.class, Void.class)
              .payloadCodec(WorkJob.DEFINITION.payloadCodec())
              .build());
    }
  }

  /** Starts it on empty servers, and again as a deployment does; the second start counts. */
  Measurement run() throws InterruptedException {
    double first = millisToFirstJob();
    double second = millisToFirstJob();
    return new Measurement(Map.of(Figure.FIRST_START, first, Figure.START, second));
  }

  private double millisToFirstJob() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .database(place.url(), place.user(), place.password())
            .modules(Types.of(definitions));
    if (withRabbitMq) {
      builder.rabbitMq(place.amqpUri());
    }
    long start = System.nanoTime();
    try (JobsRuntime runtime = builder.start();
        JobWorker worker = runtime.startWorker(handlers(started))) {
      JobDefinition<Work, Void> last = definitions.get(TYPES - 1);
      var id = runtime.jobs().submit(last, Work.of(0), SubmitOptions.by(SUBMITTER)).jobId();
      if (!started.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Job %s has not started on %s".formatted(id, worker.id()));
      }
      return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }
  }

  private JobHandlers handlers(CountDownLatch started) {
    List<JobBinding<?, ?>> bindings = new ArrayList<>();
    for (JobDefinition<Work, Void> definition : definitions) {
      bindings.add(new JobBinding<>(definition, new WorkHandler(work -> started.countDown())));
    }
    return new JobHandlers() {
      @Override
      public ModuleDefinition module() {
        return Types.of(definitions);
      }

      @Override
      public List<JobBinding<?, ?>> bindings() {
        return List.copyOf(bindings);
      }
    };
  }

  private record Types(
      List<JobDefinition<?, ?>> definitions, Map<String, JobDefinition<?, ?>> byType)
      implements ModuleDefinition {

    static Types of(List<JobDefinition<Work, Void>> definitions) {
      return new Types(
          List.copyOf(definitions),
          definitions.stream()
              .collect(Collectors.toMap(JobDefinition::type, definition -> definition)));
    }

    @Override
    public String name() {
      return "ManyTypes";
    }

    @Override
    public List<ModuleDefinition> includes() {
      return List.of();
    }

    @Override
    public Optional<JobDefinition<?, ?>> find(String type) {
      return Optional.ofNullable(byType.get(type));
    }
  }
}
