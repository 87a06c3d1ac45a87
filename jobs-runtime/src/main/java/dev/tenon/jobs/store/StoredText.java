package dev.tenon.jobs.store;

import java.util.OptionalInt;

/**
 * What texts look like to PostgreSQL: bytes of UTF-8, without U+0000 and without half characters.
 */
public final class StoredText {

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
}
