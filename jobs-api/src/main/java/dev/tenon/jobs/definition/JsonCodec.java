package dev.tenon.jobs.definition;

import org.jspecify.annotations.Nullable;

/**
 * Writes the values of one type as JSON and reads them back. The annotation processor writes a
 * codec for each payload and result; {@link JsonCodecs} has the codecs of their components' types.
 * Codecs are thread-safe.
 *
 * @param <T> the type of the values
 */
public interface JsonCodec<T extends @Nullable Object> {

  /**
   * Writes a value.
   *
   * @param json the writer to write to
   * @param value the value
   */
  void write(JsonWriter json, T value);

  /**
   * Reads the next value.
   *
   * @param json the reader to read from
   * @throws JsonMismatchException if the next value is not one of this type
   */
  T read(JsonReader json);

  /**
   * A codec made of two methods.
   *
   * @param write writes a value
   * @param read reads a value
   */
  static <T> JsonCodec<T> of(Write<? super T> write, Read<? extends T> read) {
    return new JsonCodec<>() {
      @Override
      public void write(JsonWriter json, T value) {
        write.write(json, value);
      }

      @Override
      public T read(JsonReader json) {
        return read.read(json);
      }
    };
  }

  /**
   * A method that writes a value.
   *
   * @param <T> the type of the value
   */
  @FunctionalInterface
  interface Write<T> {
    /** Writes a value, as {@link JsonCodec#write} does. */
    void write(JsonWriter json, T value);
  }

  /**
   * A method that reads a value.
   *
   * @param <T> the type of the value
   */
  @FunctionalInterface
  interface Read<T> {
    /** Reads the next value, as {@link JsonCodec#read} does. */
    T read(JsonReader json);
  }
}
