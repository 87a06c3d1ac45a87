package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonParser;
import dev.tenon.jobs.libraries.jackson.core.JsonToken;
import dev.tenon.jobs.libraries.jackson.core.ObjectReadContext;
import dev.tenon.jobs.libraries.jackson.core.TokenStreamContext;
import dev.tenon.jobs.libraries.jackson.core.json.JsonFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the lines of a form from JSON. */
final class JsonForm {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int MAX_ROWS = 500;
  private static final int MAX_TEXT = 4_000;
  private static final int MAX_DEPTH = 8;

  private JsonForm() {}

  /** The lines; one with the text itself if it is not JSON. */
  static List<JsonRow> rows(@Nullable String json) {
    if (json == null) {
      return List.of();
    }
    List<JsonRow> rows = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      read(parser, rows);
    } catch (JacksonException e) {
      return List.of(new JsonRow(0, "not JSON", cut(json), "text"));
    }
    return rows;
  }

  private static void read(JsonParser parser, List<JsonRow> rows) {
    int depth = -1;
    while (true) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return;
      }
      if (rows.size() >= MAX_ROWS) {
        rows.add(new JsonRow(0, "…", "More values are not shown.", "null"));
        return;
      }
      switch (token) {
        case START_OBJECT, START_ARRAY -> {
          if (depth >= 0) {
            rows.add(row(depth, label(parser.streamReadContext().getParent()), "", "group"));
          }
          depth++;
        }
        case END_OBJECT, END_ARRAY -> depth--;
        case PROPERTY_NAME -> {
          // It is the label of the value that follows
        }
        default ->
            rows.add(
                row(
                    Math.max(0, depth),
                    label(parser.streamReadContext()),
                    cut(parser.getString()),
                    kind(token)));
      }
    }
  }

  private static JsonRow row(int depth, String label, String value, String kind) {
    return new JsonRow(Math.min(MAX_DEPTH, depth), label, value, kind);
  }

  private static String label(TokenStreamContext context) {
    if (context.inObject()) {
      return String.valueOf(context.currentName());
    }
    return context.inArray() ? Integer.toString(context.getCurrentIndex() + 1) : "value";
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> "text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
      case VALUE_TRUE, VALUE_FALSE -> "boolean";
      default -> "null";
    };
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
