package dev.tenon.benchmarks;

import java.util.Collection;
import java.util.List;

/** Several values of the same figure. */
final class Statistics {

  private final List<Double> sorted;

  private Statistics(List<Double> sorted) {
    this.sorted = sorted;
  }

  static Statistics of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("There are no values");
    }
    return new Statistics(values.stream().sorted().toList());
  }

  /** The one in the middle, or between the two in the middle. */
  double median() {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double min() {
    return sorted.get(0);
  }

  double max() {
    return sorted.get(sorted.size() - 1);
  }

  /** The smallest value that at least this fraction of them does not exceed. */
  double percentile(double fraction) {
    int rank = (int) Math.ceil(fraction * sorted.size());
    return sorted.get(Math.max(rank, 1) - 1);
  }
}
