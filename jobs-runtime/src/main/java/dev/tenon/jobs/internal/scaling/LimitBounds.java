package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.internal.scaling.ScalingRows.Limited;
import dev.tenon.jobs.internal.scaling.ScalingRows.Started;
import dev.tenon.jobs.internal.scaling.TypeWork.Bounds;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Calculates how many jobs the limits of a type let run and start. Where it has to estimate, it
 * allows rather too many: a worker too many costs little, and jobs that may start do not wait.
 */
final class LimitBounds {

  private final List<Limited> jobs;
  private final long others;
  private final Recent recent;
  private final Duration within;

  /**
   * The counts of the limits.
   *
   * @param running the running jobs of the type, by key
   * @param started the starts that count for the rates of the type after the given time
   * @param startedByKey the same for the rates of keys
   */
  record Recent(Map<String, Integer> running, List<Started> started, List<Started> startedByKey) {

    Recent {
      running = Map.copyOf(running);
      started = List.copyOf(started);
      startedByKey = List.copyOf(startedByKey);
    }
  }

  /**
   * Creates a calculation.
   *
   * @param jobs the waiting jobs of the type
   * @param others the number of further jobs, whose keys and costs are not known yet
   * @param within the time that starts are counted in; positive
   */
  LimitBounds(List<Limited> jobs, long others, Recent recent, Duration within) {
    this.jobs = jobs;
    this.others = others;
    this.recent = recent;
    this.within = within;
  }

  /** Returns the bounds by these limits. */
  Bounds of(JobLimits limits) {
    Bounds bounds = Bounds.NONE;
    if (limits.maxConcurrent() > 0) {
      bounds =
          bounds.and(
              new Bounds(
                  limits.maxConcurrent(),
                  Long.MAX_VALUE,
                  "maxConcurrent (%,d)".formatted(limits.maxConcurrent())));
    }
    for (Rate rate : limits.rates()) {
      bounds =
          bounds.and(
              new Bounds(
                  Long.MAX_VALUE,
                  starts(room(rate, units(recent.started(), rate)), meanCost(rate)),
                  "The rate " + rate));
    }
    if (limits.maxConcurrentPerKey() > 0) {
      bounds = bounds.and(perKey(limits.maxConcurrentPerKey()));
    }
    for (Rate rate : limits.ratesPerKey()) {
      bounds = bounds.and(perKey(rate));
    }
    return bounds;
  }

  private Bounds perKey(int maxConcurrent) {
    Map<String, Long> waiting = jobsByKey();
    long slots = others;
    for (Map.Entry<String, Long> each : waiting.entrySet()) {
      long all = each.getValue() + recent.running().getOrDefault(each.getKey(), 0);
      slots += Math.min(maxConcurrent, all);
    }
    for (Map.Entry<String, Integer> each : recent.running().entrySet()) {
      slots += waiting.containsKey(each.getKey()) ? 0 : each.getValue();
    }
    return new Bounds(slots, Long.MAX_VALUE, "maxConcurrentPerKey (%,d)".formatted(maxConcurrent));
  }

  private Bounds perKey(Rate rate) {
    Map<String, Long> units = new HashMap<>();
    recent.startedByKey().stream()
        .filter(each -> counts(each, rate))
        .forEach(each -> units.merge(each.key(), each.units(), Long::sum));
    long starts = others;
    for (Map.Entry<String, Long> each : jobsByKey().entrySet()) {
      long room = room(rate, units.getOrDefault(each.getKey(), 0L));
      starts += Math.min(each.getValue(), starts(room, meanCost(rate)));
    }
    return new Bounds(Long.MAX_VALUE, starts, "The rate " + rate + " of each key");
  }

  private Map<String, Long> jobsByKey() {
    Map<String, Long> byKey = new HashMap<>();
    jobs.forEach(each -> byKey.merge(each.key(), (long) each.jobs(), Long::sum));
    return byKey;
  }

  /**
   * The room that a rate will have within the time, if nothing starts until then: in a window that
   * ends there, no more can start. A shorter window passes several times.
   */
  private long room(Rate rate, long units) {
    if (rate.window().compareTo(within) >= 0) {
      return Math.max(0, rate.amount() - units);
    }
    double windows = (double) within.toMillis() / rate.window().toMillis();
    return (long) Math.ceil(rate.amount() * windows);
  }

  private static long units(List<Started> started, Rate rate) {
    return started.stream().filter(each -> counts(each, rate)).mapToLong(Started::units).sum();
  }

  private static boolean counts(Started started, Rate rate) {
    return started.ofCosts() == rate.component().isPresent()
        && started.seconds() == rate.window().toSeconds();
  }

  /** The mean cost of a waiting job; 1 for a rate that counts jobs. */
  private double meanCost(Rate rate) {
    long number = jobs.stream().mapToLong(Limited::jobs).sum();
    if (rate.component().isEmpty() || number == 0) {
      return 1;
    }
    double mean = (double) jobs.stream().mapToLong(Limited::costs).sum() / number;
    // What costs more than the amount needs just that
    return Math.min((double) rate.amount(), Math.max(mean, 1));
  }

  private static long starts(long room, double meanCost) {
    return room <= 0 ? 0 : Math.max(1, (long) (room / meanCost));
  }
}
