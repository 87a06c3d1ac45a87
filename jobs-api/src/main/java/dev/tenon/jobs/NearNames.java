package dev.tenon.jobs;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class NearNames {

  private NearNames() {}

  /** The known name that is nearest, if no more than a third of its characters differ. */
  static Optional<String> nearest(String name, Collection<String> known) {
    return known.stream()
        .filter(
            each -> distance(name, each) <= Math.max(1, Math.min(name.length(), each.length()) / 3))
        .min(
            Comparator.comparingInt((String each) -> distance(name, each))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The number of characters that must be inserted, removed or replaced (Levenshtein distance). */
  private static int distance(String one, String other) {
    int[] above = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[other.length() + 1];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[other.length()];
  }
}
