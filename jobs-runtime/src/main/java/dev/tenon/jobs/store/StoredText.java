package dev.tenon.jobs.store;

import java.util.OptionalInt;

/**
 * What texts look like to PostgreSQL: bytes of UTF-8, without U+0000 and without half characters.
 */
public final class StoredText {

  private static final int MARKER_BYTES = 40;

  private StoredText() {}

  /** How many bytes the text has in UTF-8. A half character counts as three. */
  public static int utf8Length(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // Two chars of a pair are four bytes together, which is one more for each
        bytes += c < 0x800 || isPairAt(text, i) ? 1 : 2;
      }
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  private static boolean isPairAt(String text, int i) {
    char c = text.charAt(i);
    return (Character.isHighSurrogate(c)
            && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1)))
        || (Character.isLowSurrogate(c) && i > 0 && Character.isHighSurrogate(text.charAt(i - 1)));
  }

  /**
   * Where the text has half of a character (a surrogate without its partner), which UTF-8 cannot
   * carry.
   */
  public static OptionalInt indexOfHalfCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i)) && !isPairAt(text, i)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * The text as it can be stored for people to read: U+FFFD stands for U+0000 and for half
   * characters, and a text that is too long is cut between two characters, with a mark that says
   * so.
   *
   * @param maxBytes how many bytes of UTF-8 it may have, the mark included; at least 64
   */
  public static String readable(String text, int maxBytes) {
    String clean = withoutWhatUtf8CannotCarry(text);
    int bytes = utf8Length(clean);
    if (bytes <= maxBytes) {
      return clean;
    }
    int end = 0;
    int left = maxBytes - MARKER_BYTES;
    while (true) {
      int codePoint = clean.codePointAt(end);
      left -= codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      if (left < 0) {
        return clean.substring(0, end) + "… (cut, " + bytes + " bytes in all)";
      }
      end += Character.charCount(codePoint);
    }
  }

  private static String withoutWhatUtf8CannotCarry(String text) {
    StringBuilder clean = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || (Character.isSurrogate(c) && !isPairAt(text, i))) {
        if (clean == null) {
          clean = new StringBuilder(text);
        }
        clean.setCharAt(i, '\uFFFD');
      }
    }
    return clean == null ? text : clean.toString();
  }
}
