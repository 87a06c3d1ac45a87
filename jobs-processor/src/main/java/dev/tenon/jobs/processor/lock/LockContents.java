package dev.tenon.jobs.processor.lock;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that the lock file holds.
 *
 * @param types the job types, by name
 * @param handlers the handlers with steps, waits or a cursor, by the names of their job types
 * @param signals the signals, by name
 */
record LockContents(
    SortedMap<String, LockedType> types,
    SortedMap<String, LockedHandler> handlers,
    SortedMap<String, LockedSignal> signals) {

  /** The contents of a file that does not exist. */
  static LockContents empty() {
    return new LockContents(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
  }

  /** A copy that can be changed. */
  LockContents copy() {
    return new LockContents(new TreeMap<>(types), new TreeMap<>(handlers), new TreeMap<>(signals));
  }

  /** Puts the entries of other contents in place of those with the same names. */
  void putAll(LockContents others) {
    types.putAll(others.types);
    handlers.putAll(others.handlers);
    signals.putAll(others.signals);
  }

  /** The names of all entries. */
  SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>(types.keySet());
    names.addAll(handlers.keySet());
    names.addAll(signals.keySet());
    return names;
  }

  /** The entries with one name. */
  LockContents only(String name) {
    String end = name + '\0';
    return new LockContents(
        types.subMap(name, end), handlers.subMap(name, end), signals.subMap(name, end));
  }
}
