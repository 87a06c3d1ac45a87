package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonParser;
import dev.tenon.jobs.libraries.jackson.core.JsonToken;
import dev.tenon.jobs.libraries.jackson.core.ObjectReadContext;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Finds and hides sensitive values in JSON, without the types that it was written from. */
public final class SensitiveJson {

  private static final String MASKED = "\"" + SensitivePaths.MASK + "\"";

  private SensitiveJson() {}

  /**
   * Replaces each sensitive value that is not null, including everything in it, by a mask. Nothing
   * is left of input that is not JSON.
   */
  public static String masked(String json, SensitivePaths sensitive) {
    return sensitive.isNone()
        ? json
        : copied(
            json,
            sensitive,
            name -> name,
            (in, out, paths, path) -> {
              if (!paths.isWhole() || in.currentToken() == JsonToken.VALUE_NULL) {
                return false;
              }
              in.skipChildren();
              out.writeString(SensitivePaths.MASK);
              return true;
            });
  }

  /**
   * Returns the JSON with other strings.
   *
   * @param text changes a name or the string of a value; a number that it changes becomes a string
   */
  public static String replaced(String json, UnaryOperator<String> text) {
    return copied(
        json,
        SensitivePaths.NONE,
        text,
        (in, out, paths, path) -> {
          if (!in.currentToken().isScalarValue()) {
            return false;
          }
          String written = in.getString();
          String replaced = text.apply(written);
          if (replaced.equals(written)) {
            return false;
          }
          out.writeString(replaced);
          return true;
        });
  }

  private static String copied(
      String json,
      SensitivePaths sensitive,
      UnaryOperator<String> names,
      JsonCopy.Replacement replacement) {
    try {
      String copy = JsonCopy.of(json, sensitive, names, replacement);
      return copy.isEmpty() ? MASKED : copy;
    } catch (JacksonException e) {
      return MASKED;
    }
  }

  /**
   * Passes on the strings and numbers that are sensitive values, or in one; nothing of input that
   * is not JSON.
   */
  public static void values(String json, SensitivePaths paths, Consumer<String> found) {
    if (paths.isNone()) {
      return;
    }
    try (JsonParser in = JsonLimits.FACTORY.createParser(ObjectReadContext.empty(), json)) {
      in.nextToken();
      values(in, paths, found);
    } catch (JacksonException e) {
      // The values found so far are hidden; the reader of the JSON reports the error
      return;
    }
  }

  private static void values(JsonParser in, SensitivePaths paths, Consumer<String> found) {
    JsonToken token = in.currentToken();
    if (paths.isNone()) {
      in.skipChildren();
    } else if (token == JsonToken.START_OBJECT) {
      for (String name = in.nextName(); name != null; name = in.nextName()) {
        in.nextToken();
        values(in, paths.in(name), found);
      }
    } else if (token == JsonToken.START_ARRAY) {
      while (in.nextToken() != JsonToken.END_ARRAY) {
        values(in, paths, found);
      }
    } else if (paths.isWhole() && (token == JsonToken.VALUE_STRING || isNumber(token))) {
      found.accept(in.getString());
    }
  }

  private static boolean isNumber(JsonToken token) {
    return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
  }
}
