package dev.tenon.jobs.definition;

/**
 * A codec of values that can also be keys of a map. In JSON, keys are always strings. Thread-safe.
 *
 * @param <T> the type of the values
 */
public interface JsonKeyCodec<T> extends JsonCodec<T> {

  /** The string that stands for a value as a key. */
  String toKey(T value);

  /**
   * The value that a key stands for.
   *
   * @param json the reader that has read the key
   * @param key the key
   * @throws JsonMismatchException if the key does not stand for such a value
   */
  T fromKey(JsonReader json, String key);
}
