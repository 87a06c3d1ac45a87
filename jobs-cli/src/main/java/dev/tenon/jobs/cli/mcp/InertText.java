package dev.tenon.jobs.cli.mcp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into data that only says what it says: characters that nobody sees, or that change
 * how others are read, are written out, and long strings are cut. Payloads, log lines and errors
 * are written by strangers, and a model reads every character.
 */
final class InertText {

  /** The longest string in an answer, in characters, unless a view cuts it earlier. */
  static final int MAX_LENGTH = 8_000;

  /** The longest name of a property, in characters. */
  private static final int MAX_NAME_LENGTH = 200;

  /** Letters and marks that are drawn as nothing, in categories that are otherwise harmless. */
  private static final Set<Integer> BLANKS =
      Set.of(0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0);

  private InertText() {}

  /** A string without hidden characters, of up to {@link #MAX_LENGTH} characters. */
  static String of(String text) {
    return of(text, MAX_LENGTH);
  }

  /**
   * A string without hidden characters. {@code \\u202e} and the like replace these.
   *
   * @param max the number of characters to keep; if there are more, a note says how many there were
   */
  static String of(String text, int max) {
    StringBuilder inert = new StringBuilder(Math.min(text.length(), max) + 16);
    int i = 0;
    while (i < text.length() && inert.length() < max) {
      int c = text.codePointAt(i);
      append(inert, c);
      i += Character.charCount(c);
    }
    if (i < text.length()) {
      inert.append("… (cut; %d characters in all)".formatted(text.length()));
    }
    return inert.toString();
  }

  private static void append(StringBuilder inert, int c) {
    if (!isHidden(c)) {
      inert.appendCodePoint(c);
    } else if (Character.isBmpCodePoint(c)) {
      inert.append(String.format("\\u%04x", c));
    } else {
      inert.append(String.format("\\u{%x}", c));
    }
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c != '\n' && c != '\t';
      case Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> BLANKS.contains(c) || isVariationSelector(c);
    };
  }

  /** One of the marks that can carry a hidden byte each. */
  private static boolean isVariationSelector(int c) {
    return (c >= 0xfe00 && c <= 0xfe0f)
        || (c >= 0xe0100 && c <= 0xe01ef)
        || (c >= 0x180b && c <= 0x180f);
  }

  /**
   * A value with everything in it: maps, collections, numbers and booleans stay what they are, and
   * all else becomes a string.
   */
  static @Nullable Object clean(@Nullable Object value) {
    if (value == null || value instanceof Boolean || value instanceof Number) {
      return value;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> clean = new LinkedHashMap<>();
      map.forEach(
          (name, each) -> clean.put(of(String.valueOf(name), MAX_NAME_LENGTH), clean(each)));
      return clean;
    }
    if (value instanceof Collection<?> values) {
      List<@Nullable Object> clean = new ArrayList<>();
      values.forEach(each -> clean.add(clean(each)));
      return clean;
    }
    return of(value.toString());
  }
}
