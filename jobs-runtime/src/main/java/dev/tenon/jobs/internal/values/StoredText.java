package dev.tenon.jobs.internal.values;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * The form of strings that PostgreSQL can store: UTF-8, without U+0000 and without unpaired
 * surrogates. {@link #storable} makes messages from a handler storable, and truncates them. The
 * functions for workers in other languages truncate by the same rule and to the same lengths.
 */
public final class StoredText {

  /** The maximum number of bytes of the class of an error. */
  public static final int MAX_ERROR_CLASS_BYTES = 255;

  /** The maximum number of bytes of the message of an error. */
  public static final int MAX_ERROR_MESSAGE_BYTES = 4_000;

  /** The maximum number of bytes of a stack trace. */
  public static final int MAX_STACK_BYTES = 20_000;

  /** The maximum number of bytes of the message of a progress report. */
  public static final int MAX_PROGRESS_MESSAGE_BYTES = 1_000;

  /** The maximum number of bytes of the message of a log line. */
  public static final int MAX_LOG_MESSAGE_BYTES = 10_000;

  private static final int REPLACEMENT = 0xFFFD;

  private StoredText() {}

  /**
   * Returns the string as PostgreSQL can store it: U+FFFD replaces each U+0000 and each unpaired
   * surrogate. A string that is too long is cut between two characters, and a mark after it gives
   * its size.
   *
   * @param maxBytes the maximum number of bytes of UTF-8, without the mark
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

  /** Returns the string of any length with U+FFFD for each U+0000 and each unpaired surrogate. */
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

  /** Returns the number of bytes of the string in UTF-8. An unpaired surrogate counts as three. */
  public static int utf8Length(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // The two chars of a pair are four bytes together, which is one more for each
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
   * Returns the index of an unpaired surrogate, which UTF-8 cannot encode; empty if the string has
   * none.
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
