package dev.tenon.jobs.processor.check;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known name that an unknown one was probably meant to be. */
final class Suggestion {

  private static final int LISTED = 5;

  private Suggestion() {}

  /** A sentence, with a leading space, that names what may have been meant or what is available. */
  static String sentence(Optional<String> meant, Collection<String> known) {
    if (meant.isPresent()) {
      return " Did you mean '" + meant.get() + "'?";
    }
    if (known.isEmpty()) {
      return " No record has @JobType yet. Write one, or add its module to the includes of "
          + "@JobModule.";
    }
    return " Known types: " + listed(known) + ".";
  }

  /** Some names, for messages: {@code 'a', 'b' and 3 more}. */
  static String listed(Collection<String> names) {
    String listed = String.join("', '", names.stream().sorted().limit(LISTED).toList());
    String more = names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "";
    return "'" + listed + "'" + more;
  }

  /** The closest known name, if it differs in at most a third of its characters. */
  static Optional<String> nearest(String found, Collection<String> known) {
    return known.stream()
        .filter(
            name ->
                distance(found, name) <= Math.max(1, Math.max(found.length(), name.length()) / 3))
        .min(
            Comparator.comparingInt((String name) -> distance(found, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  /**
   * The number of characters that must be inserted, removed, replaced or swapped with their
   * neighbor.
   */
  static int distance(String one, String other) {
    int[][] cost = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= other.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      for (int j = 1; j <= other.length(); j++) {
        int replaced = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[one.length()][other.length()];
  }
}
