package dev.tenon.jobs.internal.background;

/**
 * The form of outside strings in log lines: an id, a type or a name that others chose must neither
 * start a new line nor fill the log.
 */
public final class LogText {

  /** The maximum length; longer strings are cut. */
  static final int MAX_LENGTH = 200;

  private LogText() {}

  /**
   * Returns the string on one line: control characters, line separators, marks that change the
   * direction of writing and unpaired surrogates are written as {@code \n} or {@code \u202e}, a
   * backslash as {@code \\}. A string that is longer than 200 characters is cut, and its length is
   * given.
   */
  public static String escape(String text) {
    if (text.length() <= MAX_LENGTH && isPlain(text)) {
      return text;
    }
    int end = Math.min(text.length(), MAX_LENGTH);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    StringBuilder escaped = new StringBuilder(end + 32);
    for (int i = 0; i < end; ) {
      int codePoint = text.codePointAt(i);
      append(escaped, codePoint);
      i += Character.charCount(codePoint);
    }
    if (end < text.length()) {
      escaped.append("… (cut, ").append(text.length()).append(" characters)");
    }
    return escaped.toString();
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '\\');
  }

  private static void append(StringBuilder escaped, int codePoint) {
    switch (codePoint) {
      case '\\' -> escaped.append("\\\\");
      case '\n' -> escaped.append("\\n");
      case '\r' -> escaped.append("\\r");
      case '\t' -> escaped.append("\\t");
      default -> {
        if (isHarmful(codePoint)) {
          escaped.append("\\u").append(String.format("%04x", codePoint));
        } else {
          escaped.appendCodePoint(codePoint);
        }
      }
    }
  }

  private static boolean isHarmful(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
