package dev.tenon.jobs.observability;

import dev.tenon.jobs.listen.JobListener.Step;
import dev.tenon.jobs.listen.JobListener.StepEnd;
import dev.tenon.jobs.listen.JobListener.Stepping;
import dev.tenon.jobs.listen.JobListener.WaitOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Meters of the steps and waits of handlers. Thread-safe. */
final class StepMeters {

  private static final int MAX_STEPS = 1_000;
  private static final String NONE = "none";

  /** The bounds of the histogram; see {@link MicrometerJobListener}. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(30)
  };

  private final MeterRegistry registry;
  private final Labels steps = new Labels(MAX_STEPS);
  private final Function<Throwable, String> error;
  private final ConcurrentHashMap<Key, Timer> timers = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Key, Counter> counters = new ConcurrentHashMap<>();

  /** The key of a cached meter, which saves a look-up in the registry. */
  private record Key(String meter, String type, String step, String outcome, String error) {}

  /**
   * Creates meters in this registry.
   *
   * @param error returns the label of an exception
   */
  StepMeters(MeterRegistry registry, Function<Throwable, String> error) {
    this.registry = registry;
    this.error = error;
  }

  /** A step of a job of this type starts. */
  Stepping starts(String type, Step step) {
    String name = steps.of(step.name());
    return new Stepping() {
      @Override
      public void ended(StepEnd end) {
        Key key =
            new Key(
                "tenon.step.execution",
                type,
                name,
                end.outcome().code(),
                end.exception().map(error).orElse(NONE));
        timers.computeIfAbsent(key, StepMeters.this::timer).record(end.took());
      }
    };
  }

  /** A step of a job of this type was not run, because its result is recorded. */
  void replayed(String type, Step step) {
    count(new Key("tenon.step.replayed", type, steps.of(step.name()), NONE, NONE));
  }

  /** A handler of jobs of this type has waited. */
  void waited(String type, Step wait, WaitOutcome outcome) {
    count(new Key("tenon.step.wait", type, steps.of(wait.name()), outcome.code(), NONE));
  }

  private void count(Key key) {
    counters.computeIfAbsent(key, this::counter).increment();
  }

  private Timer timer(Key key) {
    return Timer.builder(key.meter())
        .description("Steps that have run, with the time that their records took")
        .tags("type", key.type(), "step", key.step(), "outcome", key.outcome())
        .tag("error", key.error())
        .serviceLevelObjectives(BUCKETS)
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofHours(1))
        .register(registry);
  }

  private Counter counter(Key key) {
    boolean isWait = key.meter().equals("tenon.step.wait");
    Counter.Builder builder =
        Counter.builder(key.meter())
            .description(
                isWait
                    ? "Calls that wait for a signal, or sleep"
                    : "Steps whose results an earlier attempt has recorded")
            .tags("type", key.type(), "step", key.step());
    return (isWait ? builder.tag("outcome", key.outcome()) : builder).register(registry);
  }
}
