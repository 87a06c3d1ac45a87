package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.operate.StatisticsStore;
import java.time.Duration;

/** Rolls up ended attempts, for dashboards. */
final class Statistics implements MaintenanceTask {

  private final StatisticsStore store;

  Statistics(StatisticsStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "statistics";
  }

  @Override
  public Duration interval() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Round run(Leadership leadership) {
    return Round.of(store.rollUp(leadership));
  }
}
