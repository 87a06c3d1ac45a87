package dev.tenon.jobs.processor.lock;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What a handler keeps with its jobs, as the lock file holds it.
 *
 * @param module the class of the module whose compilation has the handler
 * @param version the version of the job type
 * @param steps its steps, by name
 * @param waits its waits for signals, by name
 * @param sleeps its sleeps, by name
 * @param cursor its cursor; empty if it has none
 * @param shapes all shapes reachable from these, by name
 */
record LockedHandler(
    String module,
    int version,
    SortedMap<String, Step> steps,
    SortedMap<String, Wait> waits,
    SortedMap<String, Sleep> sleeps,
    Optional<LockedValue> cursor,
    SortedMap<String, LockedShape> shapes) {

  /** Something with a name that stored jobs have. */
  sealed interface Named {

    /** Its earlier names, sorted. */
    List<String> aliases();

    /** What it is, for messages. */
    String kind();
  }

  /**
   * A step.
   *
   * @param aliases its earlier names, sorted
   * @param isRepeatable whether it may run again when it is unknown what became of it
   * @param key the key of its records; empty if it has none
   * @param result what it returns; empty if it returns nothing
   */
  record Step(
      List<String> aliases,
      boolean isRepeatable,
      Optional<LockedValue> key,
      Optional<LockedValue> result)
      implements Named {

    @Override
    public String kind() {
      return "step";
    }
  }

  /**
   * A wait for a signal.
   *
   * @param aliases its earlier names, sorted
   * @param signals the names of the signals that end it
   */
  record Wait(List<String> aliases, SortedSet<String> signals) implements Named {

    @Override
    public String kind() {
      return "wait";
    }
  }

  /**
   * A sleep.
   *
   * @param aliases its earlier names, sorted
   */
  record Sleep(List<String> aliases) implements Named {

    @Override
    public String kind() {
      return "sleep";
    }
  }
}
