package dev.tenon.jobs.definition;

import java.time.DateTimeException;
import java.util.function.Function;

/**
 * A codec of values that JSON holds as texts.
 *
 * @param expected what the text is, such as {@code a date like 2026-02-28}
 * @param toText the text of a value
 * @param fromText the value of a text; throws an {@link IllegalArgumentException} or a {@link
 *     DateTimeException} for any other text
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
    } catch (IllegalArgumentException | DateTimeException e) {
      // Its message quotes the text
      throw json.mismatch(what);
    }
  }
}
