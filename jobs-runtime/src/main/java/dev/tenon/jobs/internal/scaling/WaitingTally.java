package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.scaling.ScalingRows.Limited;
import dev.tenon.jobs.internal.scaling.ScalingRows.Scheduled;
import dev.tenon.jobs.internal.scaling.ScalingRows.Unlimited;
import dev.tenon.jobs.internal.scaling.TypeWork.Waiting;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Adds up the waiting jobs of the selected types, in the versions that count. Not thread-safe. */
final class WaitingTally {

  private final TypeSelection selection;
  private final Function<String, OptionalInt> newestKnown;
  private final Map<String, Waiting> byType = new HashMap<>();
  private final Map<Counted, Integer> counted = new HashMap<>();

  /** Jobs that were counted together, up to a limit. */
  private record Counted(String name, @Nullable JobPriority priority) {}

  /**
   * Creates a tally.
   *
   * @param newestKnown returns the newest version of a type that a live worker knows; empty if that
   *     is any, or if no worker of the type is live
   */
  WaitingTally(TypeSelection selection, Function<String, OptionalInt> newestKnown) {
    this.selection = selection;
    this.newestKnown = newestKnown;
  }

  void add(Unlimited jobs) {
    boolean unused =
        add(
            jobs.type(),
            jobs.version(),
            jobs.due(),
            jobs.jobs(),
            new Counted(jobs.type(), jobs.priority()));
  }

  /** Adds jobs, and returns whether they count. */
  boolean add(Limited jobs) {
    return add(
        jobs.type(), jobs.version(), jobs.due(), jobs.jobs(), new Counted(jobs.type(), null));
  }

  /** Adds the job of a schedule. */
  void add(Scheduled schedule) {
    Optional<String> type = selection.typeOf(schedule.type());
    if (type.isPresent() && schedule.version() <= newest(type.get())) {
      byType.merge(
          type.get(), new Waiting(0, 1, false, Map.of(schedule.version(), 1L)), Waiting::plus);
    }
  }

  private boolean add(String name, int version, int due, int jobs, Counted together) {
    Optional<String> type = selection.typeOf(name);
    if (type.isEmpty()) {
      return false;
    }
    int all = counted.merge(together, jobs, Integer::sum);
    if (version > newest(type.get())) {
      return false;
    }
    Waiting waiting =
        new Waiting(due, jobs - due, all >= ScalingStore.MAX_COUNT, Map.of(version, (long) jobs));
    byType.merge(type.get(), waiting, Waiting::plus);
    return true;
  }

  private int newest(String type) {
    OptionalInt asked = selection.version(type);
    return asked.isPresent() ? asked.getAsInt() : newestKnown.apply(type).orElse(Integer.MAX_VALUE);
  }

  /** The types that have waiting jobs. */
  Set<String> types() {
    return byType.keySet();
  }

  /** The waiting jobs of a type. */
  Waiting of(String type) {
    return byType.getOrDefault(type, Waiting.NONE);
  }
}
