package dev.tenon.examples.quickstart;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A change of the quickstart that somebody might make, and that is wrong.
 *
 * @param title what they did
 * @param file the source that they changed, without {@code .java}
 * @param edits what they changed in it, from its top to its end
 */
record Mistake(String title, String file, List<Edit> edits) {

  /**
   * A change in one place.
   *
   * @param before a passage of the source
   * @param after what they wrote instead
   */
  record Edit(String before, String after) {

    private String diff() {
      return lines("- ", before) + lines("+ ", after);
    }

    private static String lines(String sign, String text) {
      return text.lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .map(line -> sign + line + "\n")
          .collect(Collectors.joining());
    }
  }

  /** A mistake in one place. */
  Mistake(String title, String file, String before, String after) {
    this(title, file, List.of(new Edit(before, after)));
  }

  /** The mistake with a change further down. */
  Mistake and(String before, String after) {
    return new Mistake(
        title, file, Stream.concat(edits.stream(), Stream.of(new Edit(before, after))).toList());
  }

  /** The changed source. */
  String applyTo(String source) {
    String changed = source;
    for (Edit edit : edits) {
      if (!changed.contains(edit.before())) {
        throw new AssertionError(file + ".java has no " + edit.before());
      }
      changed = changed.replace(edit.before(), edit.after());
    }
    return changed;
  }

  /** The change as it would be shown in a review. */
  String diff() {
    return edits.stream().map(Edit::diff).collect(Collectors.joining());
  }
}
