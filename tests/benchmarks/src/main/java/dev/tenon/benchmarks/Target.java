package dev.tenon.benchmarks;

import java.util.List;
import java.util.Optional;

/**
 * Something that Tenon wants to reach.
 *
 * @param scenario where
 * @param contender with which settings
 * @param figure which figure
 * @param other the system whose figure it is compared with; empty for an absolute target
 * @param atLeast whether it shall reach the bound, or stay within it
 * @param bound a ratio, or a figure
 */
record Target(
    Scenario scenario,
    Contender contender,
    Figure figure,
    Optional<Contender> other,
    boolean atLeast,
    double bound) {

  /** All of them. */
  static final List<Target> ALL =
      List.of(
          ratio(Scenario.DRAIN, Contender.TENON_20, Contender.BARE, 1.0),
          ratio(Scenario.DRAIN, Contender.TENON_20, Contender.GRAPHILE_2, 0.9),
          ratio(Scenario.DRAIN, Contender.TENON_20, Contender.DB_SCHEDULER, 1.8),
          ratio(Scenario.DRAIN, Contender.TENON, Contender.BARE, 0.55),
          ratio(Scenario.DRAIN, Contender.TENON_TABLE, Contender.DB_SCHEDULER, 1.4),
          atMost(Scenario.DRAIN, Contender.TENON_20, Figure.JVM_TIME, 0.05),
          atLeast(Scenario.SLOTS, Contender.TENON_MAX_50_WIDE, Figure.SHARE, 90),
          ratio(Scenario.LIMITS, Contender.TENON_MAX_50, Contender.TENON_20, 0.7),
          ratio(Scenario.LIMITS, Contender.TENON_RATE, Contender.TENON_20, 0.7),
          ratio(Scenario.LIMITS, Contender.TENON_KEYS, Contender.TENON_20, 0.7),
          ratio(Scenario.ORDER, Contender.TENON_ORDERED, Contender.TENON_20, 0.6),
          ratio(Scenario.LIMITS, Contender.TENON_HOT_KEY, Contender.TENON_20, 0.5),
          ratio(Scenario.WORKFLOWS, Contender.TENON_BATCH, Contender.TENON_20, 0.6),
          ratio(Scenario.WORKFLOWS, Contender.TENON_CHAINS, Contender.TENON_20, 0.6),
          ratio(Scenario.STEPS, Contender.TENON_STEPS, Contender.TENON_20, 0.35),
          ratio(Scenario.STEPS, Contender.TENON_TABLE_STEPS, Contender.TENON_TABLE, 0.35),
          ratio(Scenario.STEPS, Contender.TENON_STEPS, Contender.JOBRUNR_STEPS, 2),
          ratio(Scenario.STEPS, Contender.TENON_STEPS, Contender.DBOS_STEPS, 2),
          ratio(Scenario.BATCHES, Contender.TENON_BATCHES, Contender.TENON_ROWS, 2),
          ratio(Scenario.BATCHES, Contender.TENON_TABLE_BATCHES, Contender.TENON_TABLE_ROWS, 2),
          ratio(Scenario.WAITING, Contender.TENON_WAITING, Contender.TENON_20, 0.95),
          atLeast(Scenario.CHAIN, Contender.TENON_CHAIN, Figure.RATE, 200),
          atLeast(Scenario.CHAIN, Contender.TENON_TABLE_CHAIN, Figure.RATE, 200),
          ratio(Scenario.OBSERVABILITY, Contender.TENON_OBSERVED, Contender.TENON_20, 0.9),
          ratio(Scenario.OBSERVED_SUBMITS, Contender.TENON_OBSERVED, Contender.TENON_20, 0.9),
          ratio(Scenario.DASHBOARD, Contender.TENON_WATCHED, Contender.TENON_UNWATCHED, 0.98),
          atMost(Scenario.IDLE_LONG, Contender.TENON, Figure.JVM_LOAD, 1),
          atLeast(Scenario.IDLE_TRANSACTION, Contender.TENON_20, Figure.KEPT, 85),
          atLeast(Scenario.IDLE_TRANSACTION, Contender.TENON_TABLE, Figure.KEPT, 85),
          ratio(Scenario.KILLS, Contender.TENON_8_KILLED, Contender.TENON_4_WORKERS, 0.8),
          atMost(Scenario.TYPES, Contender.TENON, Figure.FIRST_START, 1_000),
          atMost(Scenario.TYPES, Contender.TENON, Figure.START, 1_000),
          ratio(Scenario.TOGETHER, Contender.TENON_20, Contender.BARE, 0.8),
          ratio(Scenario.TOGETHER, Contender.TENON_20, Contender.TENON_TABLE, 0.9),
          atLeast(Scenario.BULK, Contender.TENON, Figure.RATE, 60_000),
          ratio(Scenario.BULK, Contender.TENON, Contender.DB_SCHEDULER, 0.6),
          ratio(Scenario.SINGLE, Contender.TENON, Contender.DB_SCHEDULER, 1.5),
          atLeast(Scenario.SINGLE_1, Contender.TENON, Figure.RATE, 4_000),
          atLeast(Scenario.SINGLE_1, Contender.TENON_TABLE, Figure.RATE, 4_000),
          atMost(Scenario.START_100, Contender.TENON, Figure.P50, 3),
          atMost(Scenario.START_100, Contender.TENON, Figure.P99, 15),
          atMost(Scenario.START_100, Contender.TENON_TABLE, Figure.P50, 10),
          atMost(Scenario.START_100, Contender.TENON_TABLE, Figure.P99, 50),
          atMost(Scenario.START_2000, Contender.TENON, Figure.P50, 3),
          atMost(Scenario.START_2000, Contender.TENON, Figure.P99, 15),
          atMost(Scenario.START_2000, Contender.TENON_TABLE, Figure.P50, 10),
          atMost(Scenario.START_2000, Contender.TENON_TABLE, Figure.P99, 50));

  private static Target ratio(
      Scenario scenario, Contender contender, Contender other, double bound) {
    return new Target(scenario, contender, Figure.RATE, Optional.of(other), true, bound);
  }

  private static Target atLeast(
      Scenario scenario, Contender contender, Figure figure, double bound) {
    return new Target(scenario, contender, figure, Optional.empty(), true, bound);
  }

  private static Target atMost(
      Scenario scenario, Contender contender, Figure figure, double bound) {
    return new Target(scenario, contender, figure, Optional.empty(), false, bound);
  }

  /** What was reached, a ratio or a figure; empty if it was not measured. */
  Optional<Double> reached(Results results) {
    return other
        .map(system -> results.ratio(scenario, contender, system, figure))
        .orElseGet(() -> results.statistics(scenario, contender, figure).map(Statistics::median));
  }

  /** Whether this value meets it. */
  boolean isMetBy(double value) {
    return atLeast ? value >= bound : value <= bound;
  }

  /** What is asked for, in a few words. */
  String text() {
    return (atLeast ? "≥ " : "≤ ")
        + other
            .map(system -> "%.2f × %s".formatted(bound, system.label()))
            .orElseGet(() -> figure.show(bound) + " " + figure.unit());
  }

  /** A value of it, as tables show it. */
  String show(double value) {
    return other.isPresent() ? "%.2f ×".formatted(value) : figure.show(value);
  }
}
