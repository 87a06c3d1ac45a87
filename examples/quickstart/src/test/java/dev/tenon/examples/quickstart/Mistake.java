package dev.tenon.examples.quickstart;

/**
 * A change of the quickstart that somebody might make, and that is wrong.
 *
 * @param title what they did
 * @param file the source that they changed, without {@code .java}
 * @param before a passage of it
 * @param after what they wrote instead
 */
record Mistake(String title, String file, String before, String after) {

  /** The changed source. */
  String applyTo(String source) {
    if (!source.contains(before)) {
      throw new AssertionError(file + ".java has no " + before);
    }
    return source.replace(before, after);
  }

  /** The change as it would be shown in a review. */
  String diff() {
    return lines("- ", before) + lines("+ ", after);
  }

  private static String lines(String sign, String text) {
    StringBuilder lines = new StringBuilder();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(line -> lines.append(sign).append(line).append('\n'));
    return lines.toString();
  }
}
