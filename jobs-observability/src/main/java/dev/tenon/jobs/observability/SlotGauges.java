package dev.tenon.jobs.observability;

import dev.tenon.jobs.listen.JobsFigures;
import dev.tenon.jobs.listen.JobsFigures.Slots;
import dev.tenon.jobs.observability.BacklogMeters.Gauges;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gauges of the slots that the jobs of each type need, for autoscalers: zero once a type has
 * nothing to do, and NaN while the tables cannot be read. Thread-safe.
 */
final class SlotGauges {

  private static final String NAME = "tenon.queue.slots";

  private final MeterRegistry registry;
  private final JobsFigures figures;
  private final Labels types;
  private final Gauges gauges;
  private final Set<String> registered = ConcurrentHashMap.newKeySet();

  SlotGauges(MeterRegistry registry, JobsFigures figures, Labels types, Gauges gauges) {
    this.registry = registry;
    this.figures = figures;
    this.types = types;
    this.gauges = gauges;
  }

  /** New figures are there, maybe of types that had nothing to do before. */
  void read() {
    figures
        .slots()
        .ifPresent(
            slots ->
                slots.byType().keySet().stream()
                    .map(types::of)
                    .filter(registered::add)
                    .forEach(this::register));
  }

  private void register(String label) {
    Tags tags = Tags.of("type", label);
    gauges.register(
        NAME,
        tags,
        () ->
            Gauge.builder(NAME, this, meters -> meters.value(label))
                .description("Slots that the jobs of the type need")
                .tags(tags)
                .strongReference(true)
                .register(registry));
  }

  private double value(String label) {
    return figures.slots().map(slots -> sum(slots, label)).orElse(Double.NaN);
  }

  private double sum(Slots slots, String label) {
    return slots.byType().entrySet().stream()
        .filter(each -> types.of(each.getKey()).equals(label))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }
}
