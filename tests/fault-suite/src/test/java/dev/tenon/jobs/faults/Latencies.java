package dev.tenon.jobs.faults;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * How long something took, several times.
 *
 * @param median half of them took no longer
 * @param ninetyNinth of a hundred, 99 took no longer
 */
record Latencies(Duration median, Duration ninetyNinth) {

  static Latencies of(Collection<Duration> times) {
    List<Duration> sorted = times.stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("Nothing was measured.");
    }
    return new Latencies(
        sorted.get((sorted.size() - 1) / 2), sorted.get((sorted.size() - 1) * 99 / 100));
  }

  /** In milliseconds: the median and the 99th percentile. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f / %.1f", millis(median), millis(ninetyNinth));
  }

  static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
