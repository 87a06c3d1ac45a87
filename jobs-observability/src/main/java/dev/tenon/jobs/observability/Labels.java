package dev.tenon.jobs.observability;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the number of different values of a label bounded: what comes when there are too many is
 * called {@link #OTHER}. Thread-safe.
 */
final class Labels {

  /** Stands for all values that are one too many. */
  static final String OTHER = "other";

  private final int max;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  Labels(int max) {
    this.max = max;
  }

  /** The value itself, or {@link #OTHER}. */
  String of(String value) {
    if (known.contains(value)) {
      return value;
    }
    // Threads that come at the same time may add a few more
    if (known.size() >= max) {
      return OTHER;
    }
    known.add(value);
    return value;
  }
}
