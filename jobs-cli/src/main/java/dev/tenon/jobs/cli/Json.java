package dev.tenon.jobs.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON from maps, collections, strings, numbers, booleans, nulls, ids, times, enums and
 * ready-made JSON.
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
      json.append(raw.json());
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
        default -> {
          boolean isPlain =
              c >= ' ' && (c < 0x7f || c > 0x9f) && Character.getType(c) != Character.FORMAT;
          if (isPlain) {
            json.append(c);
          } else {
            json.append(String.format("\\u%04x", (int) c));
          }
        }
      }
    }
    json.append('"');
  }
}
