package dev.tenon.jobs.internal.values;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * The form of texts that PostgreSQL can store: UTF-8, without U+0000 and without half characters.
 * Texts that a handler says for people are made storable, and cut, by {@link #storable}; the
 * functions for workers in other languages cut by the same rule and to the same lengths.
 */
public final class StoredText {

  /** How many bytes the class of an error may have. */
  public static final int MAX_ERROR_CLASS_BYTES = 255;

  /** How many bytes the message of an error may have. */
  public static final int MAX_ERROR_MESSAGE_BYTES = 4_000;

  /** How many bytes a stack trace may have. */
  public static final int MAX_STACK_BYTES = 20_000;

  /** How many bytes the message of a progress report may have. */
  public static final int MAX_PROGRESS_MESSAGE_BYTES = 1_000;

  /** How many bytes the message of a log line may have. */
  public static final int MAX_LOG_MESSAGE_BYTES = 10_000;

  private static final int REPLACEMENT = 0xFFFD;

  private StoredText() {}

  /**
   * The text as PostgreSQL can store it: U+FFFD stands for each U+0000 and each half character. A
   * text that has more bytes is cut between two characters, and a mark after it gives its size.
   *
   * @param maxBytes how many bytes of UTF-8 the text may have, without the mark
   */
  public static String storable(String text, int maxBytes) {
    StringBuilder stored = new StringBuilder(Math.min(text.length(), maxBytes));
    long bytes = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      int kept = isStorable(codePoint) ? codePoint : REPLACEMENT;
      bytes += utf8Length(kept);
      if (bytes > maxBytes) {
        return stored
            .append(String.format(Locale.ROOT, "… (cut, %,d bytes)", utf8Length(text)))
            .toString();
      }
      stored.appendCodePoint(kept);
      i += Character.charCount(codePoint);
    }
    return stored.toString();
  }

  /** The text with U+FFFD for each U+0000 and each half character, however long it is. */
  static String storable(String text) {
    return text.indexOf('\u0000') < 0 && indexOfHalfCharacter(text).isEmpty()
        ? text
        : storable(text, Integer.MAX_VALUE);
  }

  private static boolean isStorable(int codePoint) {
    return codePoint != 0
        && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
  }

  private static int utf8Length(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }

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
