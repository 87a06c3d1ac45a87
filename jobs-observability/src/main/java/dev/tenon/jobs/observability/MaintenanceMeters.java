package dev.tenon.jobs.observability;

import dev.tenon.jobs.listen.JobsFigures;
import dev.tenon.jobs.listen.JobsFigures.Maintenance;
import dev.tenon.jobs.observability.BacklogMeters.Gauges;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gauges of the maintenance tasks and of the schedules, which are NaN while the tables cannot be
 * read. Reading them keeps the runtime reading the tables. Thread-safe.
 */
final class MaintenanceMeters {

  private final MeterRegistry registry;
  private final JobsFigures figures;
  private final Gauges gauges;
  private final Set<String> registered = ConcurrentHashMap.newKeySet();

  MaintenanceMeters(MeterRegistry registry, JobsFigures figures, Gauges gauges) {
    this.registry = registry;
    this.figures = figures;
    this.gauges = gauges;
  }

  void start() {
    gauges.register(
        "tenon.schedule.failing",
        Tags.empty(),
        () ->
            Gauge.builder("tenon.schedule.failing", this, MaintenanceMeters::failingSchedules)
                .description("Schedules that cannot submit their jobs")
                .strongReference(true)
                .register(registry));
  }

  /** Registers a gauge for each task that was not known before. */
  void read() {
    figures.maintenance().ifPresent(some -> some.tasks().forEach(task -> register(task.name())));
  }

  private void register(String task) {
    if (registered.add(task)) {
      Tags tags = Tags.of("task", task);
      gauges.register(
          "tenon.maintenance.unhealthy",
          tags,
          () ->
              Gauge.builder("tenon.maintenance.unhealthy", this, meters -> meters.isUnhealthy(task))
                  .description("1 if the task is late or its last run failed, else 0")
                  .tags(tags)
                  .strongReference(true)
                  .register(registry));
    }
  }

  private double failingSchedules() {
    return figures
        .maintenance()
        .map(Maintenance::failingSchedules)
        .map(Integer::doubleValue)
        .orElse(Double.NaN);
  }

  private double isUnhealthy(String name) {
    return figures.maintenance().stream()
        .flatMap(some -> some.tasks().stream())
        .filter(task -> task.name().equals(name))
        .mapToDouble(task -> task.isHealthy() ? 0 : 1)
        .findFirst()
        .orElse(Double.NaN);
  }
}
