package dev.tenon.jobs.internal.scaling;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a type that wait and run. Immutable.
 *
 * @param type its name
 * @param waiting the jobs that wait for a worker
 * @param running the jobs that run, without those of workers that are stopping
 * @param duration the mean time of an attempt; null if none has ended lately
 * @param bounds what its limits allow
 * @param isPaused whether no job of the type may start
 */
public record TypeWork(
    String type,
    Waiting waiting,
    Running running,
    @Nullable Duration duration,
    Bounds bounds,
    boolean isPaused) {

  /**
   * Waiting jobs.
   *
   * @param due the number of those that are due
   * @param soon the number of those that become due while a worker starts, schedules included
   * @param isCapped whether there are more due jobs than were counted
   * @param versions the number of all these, by the version of the type
   */
  public record Waiting(long due, long soon, boolean isCapped, Map<Integer, Long> versions) {

    /** No jobs. */
    public static final Waiting NONE = new Waiting(0, 0, false, Map.of());

    /** Copies. */
    public Waiting {
      versions = Map.copyOf(versions);
    }

    /** The number of all these jobs. */
    long jobs() {
      return due + soon;
    }

    /** Returns both together. */
    Waiting plus(Waiting other) {
      Map<Integer, Long> all = new TreeMap<>(versions);
      other.versions.forEach((version, jobs) -> all.merge(version, jobs, Long::sum));
      return new Waiting(due + other.due, soon + other.soon, isCapped || other.isCapped, all);
    }
  }

  /**
   * Running jobs.
   *
   * @param jobs their number
   * @param age the mean time that they have run so far
   */
  public record Running(int jobs, Duration age) {

    /** No jobs. */
    public static final Running NONE = new Running(0, Duration.ZERO);
  }

  /**
   * The bounds that limits set.
   *
   * @param slots the largest number of jobs that may run at a time
   * @param starts the largest number of jobs that may start while what is due is drained
   * @param limit the limit that allows so few, in words; empty if there is none
   */
  public record Bounds(long slots, long starts, String limit) {

    /** No limits. */
    public static final Bounds NONE = new Bounds(Long.MAX_VALUE, Long.MAX_VALUE, "");

    /** Returns the stricter of both, with its words. */
    Bounds and(Bounds other) {
      boolean isStricter = other.starts < starts || (other.starts == starts && other.slots < slots);
      return new Bounds(
          Math.min(slots, other.slots),
          Math.min(starts, other.starts),
          isStricter ? other.limit : limit);
    }
  }
}
