package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.operate.JobScaling.Demand;
import dev.tenon.jobs.operate.JobScaling.TypeDemand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Calculates how many workers are needed. Each job that runs or may start counts for a part of a
 * slot: the time that it takes as a part of the time to drain what is due, and one slot at most. So
 * a hundred jobs of 3 s need ten slots to be done within 30 s, and a hundred jobs of an hour a
 * hundred slots. Neither slots nor workers are ever fewer than those that run jobs now.
 */
public final class DemandCalculation {

  /** The time that a job of a type counts for if none has ever ended. */
  static final Duration UNKNOWN = Duration.ofSeconds(1);

  /** The growth while there are more due jobs than can be counted. */
  private static final int GROWTH = 2;

  /** The error of a sum of fractions that must not cost another slot. */
  private static final double ROUNDING = 1e-6;

  private final Fleet fleet;
  private final Duration startUp;
  private final Duration drainWithin;

  /**
   * Creates a calculation.
   *
   * @param fleet the live workers
   * @param startUp the time that a worker takes to start
   * @param drainWithin the time that what is due should be drained in; positive
   */
  public DemandCalculation(Fleet fleet, Duration startUp, Duration drainWithin) {
    this.fleet = fleet;
    this.startUp = startUp;
    this.drainWithin = drainWithin;
  }

  /** Returns the workers that are needed for types; those with nothing to do are left out. */
  public Demand of(List<TypeWork> types) {
    List<TypeDemand> demands = new ArrayList<>();
    double slots = 0;
    for (TypeWork work : types) {
      if (work.waiting().jobs() > 0 || work.running().jobs() > 0) {
        TypeDemand demand = of(work);
        demands.add(demand);
        slots += demand.slots();
      }
    }
    demands.sort(Comparator.comparing(TypeDemand::type));
    int whole = (int) Math.min(Integer.MAX_VALUE, (long) Math.ceil(slots - ROUNDING));
    int workers = (int) Math.ceil((double) whole / fleet.slotsPerWorker());
    return new WorkerDemand(
        Math.max(workers, fleet.busy()),
        whole,
        fleet.slotsPerWorker(),
        fleet.busy(),
        fleet.workers(),
        demands);
  }

  private WorkerDemand.OfType of(TypeWork work) {
    long waiting = work.waiting().jobs();
    int running = work.running().jobs();
    long startable = work.isPaused() ? 0 : Math.min(waiting, work.bounds().starts());
    double slots = (startable + running) * share(work);
    boolean grows = work.waiting().isCapped() && startable == waiting;
    if (grows) {
      slots = Math.max(slots, GROWTH * (double) fleet.slots());
    }
    slots = Math.max(running, Math.min(slots, (double) work.bounds().slots()));
    return new WorkerDemand.OfType(work, startable, slots, reason(work, startable, grows));
  }

  private double share(TypeWork work) {
    return Math.min(1, (double) expected(work).toMillis() / drainWithin.toMillis());
  }

  private static Duration expected(TypeWork work) {
    Duration known = work.duration();
    if (known != null) {
      return known;
    }
    Duration age = work.running().age();
    return work.running().jobs() > 0 && age.compareTo(UNKNOWN) > 0 ? age : UNKNOWN;
  }

  private String reason(TypeWork work, long startable, boolean grows) {
    StringBuilder reason = new StringBuilder(waiting(work.waiting()));
    if (work.duration() != null) {
      reason.append("; they take ").append(text(work.duration())).append(" each");
    } else {
      reason
          .append("; none has ended in the last day, so ")
          .append(text(expected(work)))
          .append(" each counts");
    }
    reason.append(". ");
    if (work.running().jobs() > 0) {
      reason.append("%,d %s. ".formatted(work.running().jobs(), isOrAre(work.running().jobs())));
    }
    if (work.isPaused()) {
      reason.append("The type is paused, so none starts. ");
    } else if (startable < work.waiting().jobs()) {
      reason.append(
          "%s lets %,d of them start within %s. "
              .formatted(work.bounds().limit(), startable, text(drainWithin)));
    } else if (startable + work.running().jobs() > work.bounds().slots()) {
      reason.append(
          "%s lets %,d run at a time. ".formatted(work.bounds().limit(), work.bounds().slots()));
    }
    if (grows) {
      reason.append("Because more wait than are counted, twice the live slots are needed. ");
    }
    return reason.toString().strip();
  }

  private String waiting(TypeWork.Waiting waiting) {
    String due =
        "%s%,d %s due"
            .formatted(
                waiting.isCapped() ? "At least " : "",
                waiting.due(),
                waiting.due() == 1 ? "job is" : "jobs are");
    return waiting.soon() == 0
        ? due
        : "%s, and %,d more within %s".formatted(due, waiting.soon(), text(startUp));
  }

  private static String isOrAre(int jobs) {
    return jobs == 1 ? "job runs" : "jobs run";
  }

  /** A time for people: with one digit after the point below ten seconds. */
  static String text(Duration time) {
    long millis = time.toMillis();
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 10_000 && millis % 1_000 != 0) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
    }
    long seconds = Math.round(millis / 1e3);
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7_200
        ? Math.round(seconds / 60.0) + " min"
        : String.format(Locale.ROOT, "%.1f h", seconds / 3_600.0);
  }
}
