package dev.tenon.jobs.cli.generate;

import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonParser;
import dev.tenon.jobs.libraries.jackson.core.JsonToken;
import dev.tenon.jobs.libraries.jackson.core.ObjectReadContext;
import dev.tenon.jobs.libraries.jackson.core.json.JsonFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as maps in the order of the document, lists, strings, booleans, nulls, and numbers as
 * {@code BigDecimal}, which are exact.
 */
final class JsonTrees {

  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonTrees() {}

  /**
   * Reads an object.
   *
   * @param what the name of the document for messages
   */
  static Map<String, @Nullable Object> object(String json, String what) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        return members(parser);
      }
    } catch (JacksonException e) {
      throw new GenerateException(
          "%s is not well-formed JSON: %s".formatted(what, e.getOriginalMessage()));
    }
    throw new GenerateException("%s is not a JSON object.".formatted(what));
  }

  private static Map<String, @Nullable Object> members(JsonParser parser) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(parser));
    }
    return members;
  }

  private static List<@Nullable Object> entries(JsonParser parser) {
    List<@Nullable Object> entries = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      entries.add(value(parser));
    }
    return entries;
  }

  private static @Nullable Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> members(parser);
      case START_ARRAY -> entries(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }
}
