package dev.tenon.jobs.observability;

import dev.tenon.jobs.listen.JobsFigures;
import dev.tenon.jobs.listen.JobsFigures.Waits;
import dev.tenon.jobs.observability.BacklogMeters.Gauges;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Gauges of the waits of jobs and of steps in doubt, which are NaN while the tables cannot be read.
 * Reading them keeps the runtime reading the tables. Thread-safe.
 */
final class StepGauges {

  private final MeterRegistry registry;
  private final JobsFigures figures;
  private final Gauges gauges;

  StepGauges(MeterRegistry registry, JobsFigures figures, Gauges gauges) {
    this.registry = registry;
    this.figures = figures;
    this.gauges = gauges;
  }

  void start() {
    register("tenon.step.doubtful", "Steps that are in doubt", Waits::inDoubt);
    register("tenon.step.waiting", "Waits and sleeps of jobs", Waits::waiting);
    gauges.register(
        "tenon.signal.oldest.age",
        Tags.empty(),
        () ->
            TimeGauge.builder(
                    "tenon.signal.oldest.age",
                    this,
                    TimeUnit.MILLISECONDS,
                    some ->
                        some.read(waits -> waits.oldestSignal().map(Duration::toMillis).orElse(0L)))
                .description("Time since the oldest signal that no handler has taken was sent")
                .strongReference(true)
                .register(registry));
  }

  private void register(String name, String description, ToDoubleFunction<Waits> figure) {
    gauges.register(
        name,
        Tags.empty(),
        () ->
            Gauge.builder(name, this, some -> some.read(figure))
                .description(description)
                .strongReference(true)
                .register(registry));
  }

  private double read(ToDoubleFunction<Waits> figure) {
    return figures.waits().map(figure::applyAsDouble).orElse(Double.NaN);
  }
}
