package dev.tenon.jobs.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON from maps, collections, strings, numbers, booleans, nulls, ids, times, enums and
 * ready-made JSON. The result is one line of ASCII, which every terminal and script can read.
 */
final class Json {

  /** A value that is JSON already. */
  record Raw(String json) {
    static @Nullable Raw of(@Nullable String json) {
      return json == null ? null : new Raw(json);
    }
  }

  private Json() {}

  static String write(@Nullable Object value) {
    StringBuilder json = new StringBuilder();
    append(json, value);
    return json.toString();
  }

  private static void append(StringBuilder json, @Nullable Object value) {
    if (value == null || value instanceof Boolean || value instanceof Number) {
      json.append(value);
    } else if (value instanceof Raw raw) {
      raw(json, raw.json());
    } else if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.append(separator);
        text(json, String.valueOf(entry.getKey()));
        json.append(':');
        append(json, entry.getValue());
        separator = ",";
      }
      json.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof Collection<?> values) {
      String separator = "[";
      for (Object each : values) {
        json.append(separator);
        append(json, each);
        separator = ",";
      }
      json.append(values.isEmpty() ? "[]" : "]");
    } else if (value instanceof String
        || value instanceof UUID
        || value instanceof Instant
        || value instanceof Duration) {
      text(json, value.toString());
    } else {
      throw new IllegalArgumentException("No JSON for a " + value.getClass().getName() + ".");
    }
  }

  /** Adds JSON on one line: outside of strings, it has no control characters but white space. */
  private static void raw(StringBuilder json, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain(json, c == '\n' || c == '\r' || c == '\t' ? ' ' : c);
    }
  }

  /** Adds a character, and an escape for those that are not shown, or not in every charset. */
  private static void plain(StringBuilder json, char c) {
    if (c >= ' ' && c < 0x7f) {
      json.append(c);
    } else {
      json.append(String.format("\\u%04x", (int) c));
    }
  }

  private static void text(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> plain(json, c);
      }
    }
    json.append('"');
  }
}
