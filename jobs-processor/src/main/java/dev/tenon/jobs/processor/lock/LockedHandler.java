package dev.tenon.jobs.processor.lock;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A handler with everything that it keeps with its jobs, as the lock file holds it.
 *
 * @param module the class of the module whose compilation has the handler
 * @param version the version of the job type
 * @param steps its steps, by name
 * @param waits its waits for signals, by name
 * @param sleeps its sleeps, by name
 * @param cursor its cursor; empty if it has none
 * @param removed the names that it had, and that records of jobs in progress may still have
 * @param shapes all shapes reachable from these, by name
 */
record LockedHandler(
    String module,
    int version,
    SortedMap<String, Step> steps,
    SortedMap<String, Wait> waits,
    SortedMap<String, Sleep> sleeps,
    Optional<LockedValue> cursor,
    SortedSet<String> removed,
    SortedMap<String, LockedShape> shapes) {

  /** Everything that has a name, by name. */
  SortedMap<String, Named> named() {
    SortedMap<String, Named> named = new TreeMap<>(steps);
    named.putAll(waits);
    named.putAll(sleeps);
    return named;
  }

  /** All names, with the earlier ones. */
  private SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    named()
        .forEach(
            (name, each) -> {
              names.add(name);
              names.addAll(each.aliases());
            });
    return names;
  }

  /** The same handler, which also knows the names that it had before. */
  LockedHandler after(LockedHandler before) {
    SortedSet<String> gone = new TreeSet<>(removed);
    gone.addAll(before.removed());
    gone.addAll(before.names());
    gone.removeAll(names());
    return new LockedHandler(module, version, steps, waits, sleeps, cursor, gone, shapes);
  }

  /** Something with a name that stored jobs have. */
  sealed interface Named {

    /** Its earlier names, sorted. */
    List<String> aliases();

    /** The kind of thing that it is, for messages. */
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
