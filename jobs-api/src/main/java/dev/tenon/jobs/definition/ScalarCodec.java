package dev.tenon.jobs.definition;

import java.time.DateTimeException;
import java.util.function.Function;

/**
 * A codec of numbers and booleans. In JSON they are numbers and booleans, and strings if they are
 * keys.
 *
 * @param expected a description of a key
 * @param fromText parses a key; throws an {@link IllegalArgumentException} or a {@link
 *     DateTimeException} if it is not one
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
