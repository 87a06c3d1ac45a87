package dev.tenon.jobs.observability;

import dev.tenon.jobs.listen.JobsFigures;
import dev.tenon.jobs.listen.JobsFigures.Backlog;
import dev.tenon.jobs.listen.JobsFigures.OfType;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gauges of the jobs that are due and waiting, for each type that has had any: zero when there are
 * none, and NaN while the table cannot be read. Reading them keeps the runtime reading the table.
 * Thread-safe.
 */
final class BacklogMeters {

  private final MeterRegistry registry;
  private final JobsFigures figures;
  private final Labels types;
  private final Gauges gauges;
  private final Set<String> registered = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Shown shown;

  /** Figures by the values of the label, of the backlog that was read then. */
  private record Shown(Instant readAt, Map<String, Waiting> byLabel) {}

  /** The jobs that wait of all types with one label. */
  private record Waiting(String routingKey, long count, Duration oldest) {

    static Waiting of(OfType type) {
      return new Waiting(type.routingKey(), type.count(), type.oldest());
    }

    Waiting with(Waiting other) {
      return new Waiting(
          routingKey,
          count + other.count,
          oldest.compareTo(other.oldest) >= 0 ? oldest : other.oldest);
    }
  }

  /** Registers gauges, and removes them when the runtime is closed. */
  @FunctionalInterface
  interface Gauges {

    /**
     * Registers a gauge, unless there is one already.
     *
     * @param gauge registers it
     */
    void register(String name, Tags tags, Supplier<? extends Gauge> gauge);
  }

  BacklogMeters(MeterRegistry registry, JobsFigures figures, Labels types, Gauges gauges) {
    this.registry = registry;
    this.figures = figures;
    this.types = types;
    this.gauges = gauges;
  }

  /** Requests the first figures, and continues to do so whenever the registry is read. */
  void start() {
    var unused = figures.backlog();
    gauges.register(
        "tenon.queue.types",
        Tags.empty(),
        () ->
            Gauge.builder(
                    "tenon.queue.types",
                    this,
                    meters ->
                        meters
                            .figures
                            .backlog()
                            .map(some -> (double) some.types().size())
                            .orElse(Double.NaN))
                .description("Types with jobs that are due and waiting")
                .strongReference(true)
                .register(registry));
  }

  /** New figures are there, maybe of types that had no jobs before. */
  void read(Backlog backlog) {
    for (Map.Entry<String, Waiting> each : byLabel(backlog).entrySet()) {
      if (registered.add(each.getKey())) {
        register(
            each.getKey(),
            MicrometerJobListener.queue(each.getKey(), each.getValue().routingKey()));
      }
    }
  }

  private void register(String type, String queue) {
    Tags tags = Tags.of("type", type, "queue", queue);
    gauges.register(
        "tenon.queue.size",
        tags,
        () ->
            Gauge.builder("tenon.queue.size", this, meters -> meters.value(type, Waiting::count))
                .description("Jobs that are due and wait; counted up to 10,000 for each priority")
                .tags(tags)
                .strongReference(true)
                .register(registry));
    gauges.register(
        "tenon.queue.oldest.age",
        tags,
        () ->
            TimeGauge.builder(
                    "tenon.queue.oldest.age",
                    this,
                    TimeUnit.MILLISECONDS,
                    meters -> meters.value(type, some -> some.oldest().toMillis()))
                .description("How long the oldest job that waits has been due")
                .tags(tags)
                .strongReference(true)
                .register(registry));
  }

  private double value(String type, ToDoubleFunction<Waiting> figure) {
    Backlog backlog = figures.backlog().orElse(null);
    if (backlog == null) {
      return Double.NaN;
    }
    Shown known = shown;
    if (known == null || !known.readAt().equals(backlog.readAt())) {
      known = new Shown(backlog.readAt(), byLabel(backlog));
      shown = known;
    }
    Waiting waiting = known.byLabel().get(type);
    return waiting == null ? 0 : figure.applyAsDouble(waiting);
  }

  private Map<String, Waiting> byLabel(Backlog backlog) {
    return backlog.types().stream()
        .collect(Collectors.toMap(each -> types.of(each.type()), Waiting::of, Waiting::with));
  }
}
