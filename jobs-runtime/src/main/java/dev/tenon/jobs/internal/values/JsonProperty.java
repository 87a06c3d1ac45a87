package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonParser;
import dev.tenon.jobs.libraries.jackson.core.JsonToken;
import dev.tenon.jobs.libraries.jackson.core.ObjectReadContext;

/** Reads one property of stored JSON, without the code of an application. */
public final class JsonProperty {

  private JsonProperty() {}

  /**
   * Returns the value of a property of the outermost object, as a string.
   *
   * @return empty if it is null or missing, or is not a string, number or boolean, or if the JSON
   *     cannot be read
   */
  public static String text(String json, String name) {
    try (JsonParser parser = JsonLimits.FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return "";
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isWanted = parser.currentName().equals(name);
        JsonToken value = parser.nextToken();
        if (isWanted) {
          return value.isScalarValue() && value != JsonToken.VALUE_NULL ? parser.getString() : "";
        }
        parser.skipChildren();
      }
      return "";
    } catch (JacksonException e) {
      // Reading the payload says what is wrong with it
      return "";
    }
  }
}
