package dev.tenon.jobs.dashboard;

/**
 * Makes characters visible that would change how a string is read: control characters, and those
 * that reverse the direction of what follows. Errors and payloads are not trusted.
 */
final class Visible {

  private Visible() {}

  /** The string with {@code \\u202e} and the like in place of such characters. */
  static String of(String text) {
    if (text.chars().noneMatch(Visible::hides)) {
      return text;
    }
    StringBuilder visible = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (hides(c)) {
        visible.append(String.format("\\u%04x", (int) c));
      } else {
        visible.append(c);
      }
    }
    return visible.toString();
  }

  private static boolean hides(int c) {
    return (Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r')
        || c == '\u061c'
        || c == '\u200e'
        || c == '\u200f'
        || (c >= '\u2028' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069')
        || c == '\ufeff';
  }
}
