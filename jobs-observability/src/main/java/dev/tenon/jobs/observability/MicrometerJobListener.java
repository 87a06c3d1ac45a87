package dev.tenon.jobs.observability;

import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.listen.JobsFigures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps meters of Micrometer about jobs, whose names begin with {@code tenon.}:
 *
 * <pre>{@code
 * JobsRuntime.builder().listener(new MicrometerJobListener(registry))
 * }</pre>
 *
 * <p>The labels are {@code type}, {@code queue} (the routing key), {@code outcome}, {@code error}
 * (the simple name of an exception's class), {@code step} and {@code task} (of maintenance), each
 * with a bounded number of values: beyond 1,000 types, 1,000 steps and 100 classes, further ones
 * are called {@code other}. What is said of the backlog comes from the table, which the runtime
 * reads in the background while somebody asks. One listener belongs to one runtime. Thread-safe.
 */
@SuppressWarnings("exports") // Whoever uses it requires micrometer.core anyway
public final class MicrometerJobListener implements JobListener {

  private static final int MAX_TYPES = 1_000;
  private static final int MAX_ERRORS = 100;
  private static final String NONE = "none";

  private final MeterRegistry registry;
  private final Labels types = new Labels(MAX_TYPES);
  private final Labels errors = new Labels(MAX_ERRORS);
  private final ConcurrentHashMap<Key, Timer> timers = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Key, Counter> counters = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, AtomicInteger> running = new ConcurrentHashMap<>();
  private final StepMeters steps;
  private final Counter confirmed;
  private final Counter returned;
  private final Counter notPublished;

  /** Those that show the state of the runtime, and nothing once that is closed. */
  private final Set<Meter> gauges = ConcurrentHashMap.newKeySet();

  private volatile @Nullable BacklogMeters backlog;
  private volatile @Nullable MaintenanceMeters maintenance;
  private volatile @Nullable SlotGauges slots;

  /**
   * The bounds of the histograms: few, since each type, outcome and exception has all of them. A
   * filter, or with Spring Boot a property, may ask for the fine ones of Micrometer.
   */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30),
    Duration.ofMinutes(2),
    Duration.ofMinutes(15),
    Duration.ofHours(1)
  };

  /** The key of a cached meter, which saves a look-up in the registry. */
  private record Key(String meter, String type, String queue, String outcome, String error) {}

  /** A listener whose meters are in this registry. */
  public MicrometerJobListener(MeterRegistry registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.steps = new StepMeters(registry, this::error);
    this.confirmed = publications("confirmed");
    this.returned = publications("returned");
    this.notPublished = publications("failed");
  }

  private Counter publications(String outcome) {
    return Counter.builder("tenon.pointer.publish")
        .description("Pointers to jobs that were published to RabbitMQ")
        .tag("outcome", outcome)
        .register(registry);
  }

  @Override
  public void started(JobsFigures figures) {
    workers(
        figures,
        "tenon.worker.slots",
        "Handlers that the workers may run at a time",
        JobsFigures.Worker::slots);
    workers(
        figures, "tenon.worker.slots.used", "Slots that are taken", JobsFigures.Worker::slotsUsed);
    workers(
        figures,
        "tenon.worker.waiting",
        "Claimed jobs that wait for a slot",
        JobsFigures.Worker::waiting);
    workers(
        figures,
        "tenon.worker.unrecorded",
        "Outcomes that wait to be recorded",
        JobsFigures.Worker::unrecorded);
    workers(
        figures,
        "tenon.worker.leaked",
        "Handlers that continue although their attempts have ended",
        JobsFigures.Worker::leaked);
    if (figures.isConnectedToRabbitMq().isPresent()) {
      register(
          "tenon.rabbitmq.connected",
          Tags.empty(),
          () ->
              Gauge.builder(
                      "tenon.rabbitmq.connected",
                      figures,
                      some -> some.isConnectedToRabbitMq().orElse(false) ? 1 : 0)
                  .description("1 while there is a connection to RabbitMQ, else 0")
                  .register(registry));
    }
    BacklogMeters meters = new BacklogMeters(registry, figures, types, this::register);
    backlog = meters;
    meters.start();
    MaintenanceMeters tasks = new MaintenanceMeters(registry, figures, this::register);
    maintenance = tasks;
    tasks.start();
    new StepGauges(registry, figures, this::register).start();
    slots = new SlotGauges(registry, figures, types, this::register);
  }

  @Override
  public void backlogRead(JobsFigures.Backlog read) {
    BacklogMeters meters = backlog;
    if (meters != null) {
      meters.read(read);
    }
    MaintenanceMeters tasks = maintenance;
    if (tasks != null) {
      tasks.read();
    }
    SlotGauges needed = slots;
    if (needed != null) {
      needed.read();
    }
  }

  private void workers(
      JobsFigures figures,
      String meter,
      String description,
      Function<JobsFigures.Worker, Integer> figure) {
    register(
        meter,
        Tags.empty(),
        () ->
            Gauge.builder(
                    meter, figures, some -> some.workers().stream().mapToInt(figure::apply).sum())
                .description(description)
                .register(registry));
  }

  /** Registers a gauge unless another runtime has it: that one's stays as long as that runs. */
  private void register(String name, Tags tags, Supplier<? extends Gauge> gauge) {
    if (registry.find(name).tags(tags).gauge() == null) {
      gauges.add(gauge.get());
    }
  }

  /** Removes the gauges, so that those of another runtime can take their place. */
  @Override
  public void stopped() {
    gauges.forEach(registry::remove);
    gauges.clear();
    running.clear();
  }

  @Override
  public Submitting submitting(Submit submit) {
    long start = System.nanoTime();
    return new Submitting() {
      @Override
      public void submitted(List<Submitted> jobs) {
        if (submit.source() != Source.SCHEDULE) {
          time("success", NONE);
        }
        boolean isRecorded = submit.source() != Source.WORKFLOW || !jobs.isEmpty();
        for (Jobs each : submit.jobs()) {
          long existing = isRecorded ? existing(jobs) : each.count();
          count(each, "created", each.count() - existing);
          count(each, "existing", existing);
        }
      }

      @Override
      public void failed(Throwable exception) {
        time("failure", error(exception));
        for (Jobs each : submit.jobs()) {
          count(each, "refused", each.count());
        }
      }

      /** The jobs of a workflow have their own types; the submit as a whole has none. */
      private void time(String outcome, String error) {
        boolean hasOneType = submit.jobs().size() == 1;
        String type = hasOneType ? types.of(submit.jobs().get(0).type()) : "workflow";
        String queue = hasOneType ? queue(type, submit.jobs().get(0).routingKey()) : NONE;
        timer("tenon.job.submit", type, queue, outcome, error)
            .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      }

      private void count(Jobs jobs, String outcome, long number) {
        if (number > 0) {
          String type = types.of(jobs.type());
          counter("tenon.job.submitted", type, queue(type, jobs.routingKey()), outcome)
              .increment((double) number);
        }
      }
    };
  }

  private static long existing(List<Submitted> jobs) {
    long existing = 0;
    for (Submitted job : jobs) {
      if (!job.isNew()) {
        existing++;
      }
    }
    return existing;
  }

  @Override
  public Attempting attemptStarts(Attempt attempt) {
    String type = types.of(attempt.type());
    String queue = queue(type, attempt.routingKey());
    timer("tenon.job.wait", type, queue, NONE, NONE).record(attempt.waited());
    AtomicInteger count = running(type, queue);
    count.incrementAndGet();
    return new Attempting() {
      @Override
      public Stepping stepStarts(Step step) {
        return steps.starts(type, step);
      }

      @Override
      public void stepReplayed(Step step) {
        steps.replayed(type, step);
      }

      @Override
      public void waited(Step wait, WaitOutcome outcome) {
        steps.waited(type, wait, outcome);
      }

      @Override
      public void ended(AttemptEnd end) {
        count.decrementAndGet();
        timer("tenon.job.execution", type, queue, end.outcome().code(), error(end))
            .record(end.took());
        if (end.nextStatus() == JobStatus.PENDING
            && (end.outcome() == Outcome.FAILED || end.outcome() == Outcome.TIMED_OUT)) {
          counter("tenon.job.retry", type, queue, end.outcome().code()).increment();
        }
        if (end.nextStatus().isTerminal()) {
          counter("tenon.job.ended", type, queue, end.nextStatus().code()).increment();
        }
      }
    };
  }

  private AtomicInteger running(String type, String queue) {
    return running.computeIfAbsent(
        type,
        name -> {
          AtomicInteger count = new AtomicInteger();
          Tags tags = Tags.of("type", type, "queue", queue);
          register(
              "tenon.job.running",
              tags,
              () ->
                  Gauge.builder("tenon.job.running", count, AtomicInteger::get)
                      .description("Attempts that this process is running")
                      .tags(tags)
                      .register(registry));
          return count;
        });
  }

  @Override
  public void published(Publication publication) {
    confirmed.increment(publication.confirmed());
    returned.increment(publication.returned());
    notPublished.increment(publication.failed());
  }

  @Override
  public void rescued(Rescue rescue) {
    String type = types.of(rescue.type());
    counter("tenon.job.rescued", type, queue(type, rescue.routingKey()), rescue.nextStatus().code())
        .increment();
  }

  @Override
  public void discarded(Discard discard) {
    String type = types.of(discard.type());
    counter("tenon.job.discarded", type, queue(type, discard.routingKey()), discard.reason().code())
        .increment(discard.count());
  }

  static String queue(String type, String routingKey) {
    return type.equals(Labels.OTHER) ? Labels.OTHER : routingKey;
  }

  private String error(AttemptEnd end) {
    return end.exception().map(this::error).orElse(NONE);
  }

  private String error(Throwable exception) {
    String name = exception.getClass().getSimpleName();
    return errors.of(name.isEmpty() ? exception.getClass().getName() : name);
  }

  private Timer timer(String meter, String type, String queue, String outcome, String error) {
    Key key = new Key(meter, type, queue, outcome, error);
    Timer known = timers.get(key);
    return known != null ? known : timers.computeIfAbsent(key, this::register);
  }

  private Timer register(Key key) {
    Timer.Builder builder =
        Timer.builder(key.meter())
            .tags("type", key.type(), "queue", key.queue())
            .serviceLevelObjectives(BUCKETS)
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofHours(1));
    return switch (key.meter()) {
      case "tenon.job.submit" ->
          builder
              .description("Submits: checking and recording the jobs")
              .tags(outcome(key))
              .register(registry);
      case "tenon.job.wait" ->
          builder
              .description("From when a job is due to the start of its handler")
              .register(registry);
      default -> builder.description("Attempts at jobs").tags(outcome(key)).register(registry);
    };
  }

  private static Tags outcome(Key key) {
    return Tags.of(Tag.of("outcome", key.outcome()), Tag.of("error", key.error()));
  }

  private Counter counter(String meter, String type, String queue, String outcome) {
    Key key = new Key(meter, type, queue, outcome, NONE);
    Counter known = counters.get(key);
    return known != null ? known : counters.computeIfAbsent(key, this::registerCounter);
  }

  private Counter registerCounter(Key key) {
    return Counter.builder(key.meter())
        .description(
            switch (key.meter()) {
              case "tenon.job.submitted" -> "Jobs that were submitted";
              case "tenon.job.retry" -> "Attempts that failed and are followed by another";
              case "tenon.job.rescued" -> "Jobs that were taken from lost workers";
              case "tenon.job.discarded" -> "Jobs that a rule cancelled while they were waiting";
              default -> "Jobs that have ended for good";
            })
        .tags("type", key.type(), "queue", key.queue(), "outcome", key.outcome())
        .register(registry);
  }
}
