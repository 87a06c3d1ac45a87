package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.operate.JobMonitor.RunningJob;
import dev.tenon.jobs.operate.JobMonitor.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The live workers that handle selected types, and what they run. Not thread-safe. */
final class LiveFleet {

  /** The slots of a worker by default. */
  private static final int DEFAULT_SLOTS = 10;

  /** Workers in other languages do not register the versions that they know. */
  private static final int ANY_VERSION = Integer.MAX_VALUE;

  private final Map<String, Integer> newest = new HashMap<>();
  private final Map<String, List<Duration>> ages = new HashMap<>();
  private int workers;
  private int slots;
  private int busy;
  private int smallest = Integer.MAX_VALUE;

  /**
   * Creates a fleet.
   *
   * @param live the workers that claim jobs
   */
  LiveFleet(List<Worker> live, TypeSelection selection) {
    live.forEach(worker -> add(worker, selection));
  }

  private void add(Worker worker, TypeSelection selection) {
    Set<String> types = new HashSet<>();
    for (String name : worker.types()) {
      selection
          .typeOf(name)
          .ifPresent(
              type -> {
                types.add(type);
                int version =
                    worker.role().isPresent()
                        ? ANY_VERSION
                        : worker.versions().getOrDefault(name, 0);
                newest.merge(type, version, Math::max);
              });
    }
    if (types.isEmpty()) {
      return;
    }
    workers++;
    slots += worker.concurrency();
    smallest = Math.min(smallest, worker.concurrency());
    boolean isBusy = false;
    for (RunningJob job : worker.running()) {
      @Nullable String type = selection.typeOf(job.type()).orElse(null);
      if (type != null) {
        isBusy = true;
        // By the clock of the database, as the heartbeat is
        Instant now = worker.heartbeatAt();
        Duration age = Duration.between(job.startedAt(), now);
        ages.computeIfAbsent(type, any -> new ArrayList<>())
            .add(age.isNegative() ? Duration.ZERO : age);
      }
    }
    busy += isBusy ? 1 : 0;
  }

  /** The newest version of a type that a worker knows; empty if any, or if there is no worker. */
  OptionalInt newest(String type) {
    Integer known = newest.get(type);
    return known == null || known == ANY_VERSION ? OptionalInt.empty() : OptionalInt.of(known);
  }

  /** The types of running jobs. */
  Set<String> runningTypes() {
    return ages.keySet();
  }

  /** The running jobs of a type. */
  TypeWork.Running running(String type) {
    List<Duration> own = ages.getOrDefault(type, List.of());
    return own.isEmpty()
        ? TypeWork.Running.NONE
        : new TypeWork.Running(
            own.size(), own.stream().reduce(Duration.ZERO, Duration::plus).dividedBy(own.size()));
  }

  /**
   * The workers.
   *
   * @param asked the slots of a further worker; empty for those of the smallest live one
   */
  Fleet fleet(OptionalInt asked) {
    int live = workers == 0 ? DEFAULT_SLOTS : smallest;
    return new Fleet(workers, slots, busy, asked.orElse(live));
  }
}
