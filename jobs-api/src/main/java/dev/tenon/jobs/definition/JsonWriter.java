package dev.tenon.jobs.definition;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A writer of JSON, token by token. The runtime implements it; generated codecs call it. Not
 * thread-safe.
 */
public interface JsonWriter {

  /** Begins an object. */
  void startObject();

  /** Ends an object. */
  void endObject();

  /** Begins an array. */
  void startArray();

  /** Ends an array. */
  void endArray();

  /**
   * Sets the tag that names the record of a sealed interface: the object that begins next gets this
   * property as its first.
   *
   * @param name the name of the property
   * @param value the name of the record
   */
  void tag(String name, String value);

  /** Writes the name of a property, whose value follows. */
  void name(String name);

  /** Writes the value null. */
  void nullValue();

  /** Writes a string. */
  void value(String value);

  /** Writes true or false. */
  void value(boolean value);

  /** Writes a whole number. */
  void value(int value);

  /** Writes a whole number. */
  void value(long value);

  /** Writes a number; NaN and the infinities as strings. */
  void value(float value);

  /** Writes a number; NaN and the infinities as strings. */
  void value(double value);

  /** Writes a whole number of any size. */
  void value(BigInteger value);

  /** Writes a number of any size, with the scale that it has. */
  void value(BigDecimal value);

  /** Writes bytes as a string in Base64. */
  void value(byte[] value);

  /** Writes a property that is true or false. */
  default void property(String name, boolean value) {
    name(name);
    value(value);
  }

  /** Writes a property that is one UTF-16 code unit. */
  default void property(String name, char value) {
    name(name);
    value(String.valueOf(value));
  }

  /** Writes a property that is a whole number. */
  default void property(String name, int value) {
    name(name);
    value(value);
  }

  /** Writes a property that is a whole number. */
  default void property(String name, long value) {
    name(name);
    value(value);
  }

  /** Writes a property that is a number. */
  default void property(String name, float value) {
    name(name);
    value(value);
  }

  /** Writes a property that is a number. */
  default void property(String name, double value) {
    name(name);
    value(value);
  }

  /**
   * Writes a property with the codec of its type, or null if there is no value.
   *
   * @param name the name of the property
   * @param value the value
   * @param codec the codec of the value
   */
  default <T> void property(String name, @Nullable T value, JsonCodec<T> codec) {
    name(name);
    if (value == null) {
      nullValue();
    } else {
      codec.write(this, value);
    }
  }
}
