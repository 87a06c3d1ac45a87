package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonGenerator;
import dev.tenon.jobs.libraries.jackson.core.JsonParser;
import dev.tenon.jobs.libraries.jackson.core.JsonToken;
import dev.tenon.jobs.libraries.jackson.core.ObjectReadContext;
import dev.tenon.jobs.libraries.jackson.core.ObjectWriteContext;
import java.io.StringWriter;
import java.util.function.UnaryOperator;

/** Copies of JSON with some values replaced; order, numbers and everything else stay. */
final class JsonCopy {

  private final UnaryOperator<String> names;
  private final Replacement replacement;

  private JsonCopy(UnaryOperator<String> names, Replacement replacement) {
    this.names = names;
    this.replacement = replacement;
  }

  /** Writes something else in place of a value. */
  @FunctionalInterface
  interface Replacement {

    /**
     * Replaces the value at the reader's position, if necessary.
     *
     * @param in the reader at the value; if that is replaced, afterwards at its last token
     * @param paths the sensitive parts of the value
     * @param path the JSON Pointer of the names of the properties that lead to it; entries of
     *     arrays have none
     * @return whether the value was replaced
     */
    boolean replace(JsonParser in, JsonGenerator out, SensitivePaths paths, String path);
  }

  /**
   * Returns a copy.
   *
   * @param paths its sensitive parts
   * @throws JacksonException if it is not JSON
   */
  static String of(String json, SensitivePaths paths, Replacement replacement) {
    return of(json, paths, name -> name, replacement);
  }

  /**
   * Returns a copy with the names replaced.
   *
   * @param paths its sensitive parts
   * @throws JacksonException if it is not JSON
   */
  static String of(
      String json, SensitivePaths paths, UnaryOperator<String> names, Replacement replacement) {
    StringWriter copy = new StringWriter(json.length());
    try (JsonParser in = JsonLimits.FACTORY.createParser(ObjectReadContext.empty(), json);
        JsonGenerator out = JsonLimits.FACTORY.createGenerator(ObjectWriteContext.empty(), copy)) {
      if (in.nextToken() != null) {
        new JsonCopy(names, replacement).copy(in, out, paths, "");
      }
    }
    return copy.toString();
  }

  /**
   * Returns the JSON of the value at the reader's position, and moves the reader to its last token.
   */
  static String value(JsonParser in) {
    StringWriter value = new StringWriter();
    try (JsonGenerator out =
        JsonLimits.FACTORY.createGenerator(ObjectWriteContext.empty(), value)) {
      new JsonCopy(name -> name, (from, to, paths, path) -> false)
          .copy(in, out, SensitivePaths.NONE, "");
    }
    return value.toString();
  }

  /** Escapes a name: it may contain slashes, and no two places may have the same path. */
  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private void copy(JsonParser in, JsonGenerator out, SensitivePaths paths, String path) {
    if (replacement.replace(in, out, paths, path)) {
      return;
    }
    JsonToken token = in.currentToken();
    if (token == JsonToken.START_OBJECT) {
      out.writeStartObject();
      for (String name = in.nextName(); name != null; name = in.nextName()) {
        out.writeName(names.apply(name));
        in.nextToken();
        copy(in, out, paths.in(name), path + "/" + escaped(name));
      }
      out.writeEndObject();
    } else if (token == JsonToken.START_ARRAY) {
      out.writeStartArray();
      while (in.nextToken() != JsonToken.END_ARRAY) {
        copy(in, out, paths, path);
      }
      out.writeEndArray();
    } else if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
      // As it is written, without a conversion to a Java number
      out.writeNumber(in.getString());
    } else {
      out.copyCurrentEvent(in);
    }
  }
}
