package dev.tenon.jobs.definition;

import java.time.DateTimeException;
import java.util.function.Function;

/**
 * A codec for values that are strings in JSON.
 *
 * @param expected a description of the string, such as {@code a date like 2026-02-28}
 * @param toText writes a value as a string
 * @param fromText parses the string; throws an {@link IllegalArgumentException} or a {@link
 *     DateTimeException} if it is not valid
 */
record TextCodec<T>(String expected, Function<T, String> toText, Function<String, T> fromText)
    implements JsonKeyCodec<T> {

  @Override
  public void write(JsonWriter json, T value) {
    json.value(toText.apply(value));
  }

  @Override
  public T read(JsonReader json) {
    return parse(json, json.stringValue(), expected);
  }

  @Override
  public String toKey(T value) {
    return toText.apply(value);
  }

  @Override
  public T fromKey(JsonReader json, String key) {
    return parse(json, key, "a key that is " + expected);
  }

  private T parse(JsonReader json, String text, String what) {
    try {
      return fromText.apply(text);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      // Its message quotes the string. Period throws an ArithmeticException for too many weeks
      throw json.mismatch(what);
    }
  }
}
