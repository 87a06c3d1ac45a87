package dev.tenon.jobs.processor.lock;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that the lock file holds.
 *
 * @param types the job types, by name
 * @param handlers the handlers with steps, waits or a cursor, by the names of their job types
 */
record LockContents(
    SortedMap<String, LockedType> types, SortedMap<String, LockedHandler> handlers) {

  /** The contents of a file that does not exist. */
  static LockContents empty() {
    return new LockContents(new TreeMap<>(), new TreeMap<>());
  }

  /** The entries of one job type. */
  LockContents only(String name) {
    String end = name + '\0';
    return new LockContents(types.subMap(name, end), handlers.subMap(name, end));
  }
}
