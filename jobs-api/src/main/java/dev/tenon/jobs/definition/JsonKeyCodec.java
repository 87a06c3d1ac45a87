package dev.tenon.jobs.definition;

/**
 * A codec of values that can also be keys of a map. In JSON, keys are always texts. Thread-safe.
 *
 * @param <T> the type of the values
 */
public interface JsonKeyCodec<T> extends JsonCodec<T> {

  /** The text that stands for a value as a key. */
  String toKey(T value);

  /**
   * The value that a key stands for.
   *
   * @param json where the key was read
   * @param key the key
   * @throws JsonMismatchException if the key is not the text of such a value
   */
  T fromKey(JsonReader json, String key);
}
