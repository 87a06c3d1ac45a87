package dev.tenon.jobs.definition;

import java.time.DateTimeException;
import java.util.function.Function;

/**
 * A codec of numbers and booleans. JSON has them as they are, and as texts if they are keys.
 *
 * @param expected what a key is
 * @param fromText the value of a key; throws an {@link IllegalArgumentException} or a {@link
 *     DateTimeException} for any other text
 */
record ScalarCodec<T>(Write<T> write, Read<T> read, String expected, Function<String, T> fromText)
    implements JsonKeyCodec<T> {

  @Override
  public void write(JsonWriter json, T value) {
    write.write(json, value);
  }

  @Override
  public T read(JsonReader json) {
    return read.read(json);
  }

  @Override
  public String toKey(T value) {
    return value.toString();
  }

  @Override
  public T fromKey(JsonReader json, String key) {
    try {
      return fromText.apply(key);
    } catch (IllegalArgumentException | DateTimeException e) {
      // Its message quotes the key
      throw json.mismatch("a key that is " + expected);
    }
  }
}
