package dev.tenon.jobs.definition;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A reader of JSON, token by token. The runtime implements it; generated codecs call it. Each
 * method that reads a value throws a {@link JsonMismatchException} if the next value is of another
 * kind. Not thread-safe.
 */
public interface JsonReader {

  /** Begins to read an object. */
  void startObject();

  /**
   * Reads the name of the next property, whose value is read next; null at the end of the object.
   */
  @Nullable String nextName();

  /** Begins to read an array. */
  void startArray();

  /** Returns true if the array has one more entry, which is read next; false ends the array. */
  boolean nextEntry();

  /**
   * The string value of a property of the object that comes next, wherever it is in that object.
   * The object can then be read from its start.
   *
   * @param name the name of the property
   */
  String tag(String name);

  /** Reads null if that is the next value, and returns true if it was. */
  boolean skipNull();

  /** Skips the next value and everything in it. */
  void skipValue();

  /** Reads a string. */
  String stringValue();

  /** Reads true or false. */
  boolean booleanValue();

  /** Reads a whole number that a byte holds. */
  byte byteValue();

  /** Reads a whole number that a short holds. */
  short shortValue();

  /** Reads a whole number that fits in an int. */
  int intValue();

  /** Reads a whole number that fits in a long. */
  long longValue();

  /** Reads a number that a float holds; NaN and the infinities are strings. */
  float floatValue();

  /** Reads a number that a double holds; NaN and the infinities are strings. */
  double doubleValue();

  /** Reads a string of one UTF-16 code unit. */
  char charValue();

  /** Reads a whole number of any size. */
  BigInteger bigIntegerValue();

  /** Reads a number of any size, with the scale that it has. */
  BigDecimal bigDecimalValue();

  /** Reads bytes that are written as a string in Base64. */
  byte[] bytesValue();

  /**
   * An exception with the path of the value that was read last, and what was expected there.
   *
   * @param expected what was expected, such as {@code a whole number}
   */
  JsonMismatchException mismatch(String expected);

  /**
   * An exception for the object that was read last and lacks a property.
   *
   * @param name the name of the property
   */
  JsonMismatchException missing(String name);

  /**
   * Reads the next value, which may be null.
   *
   * @param codec the codec of the value if it is not null
   */
  default <T> @Nullable T nullable(JsonCodec<T> codec) {
    return skipNull() ? null : codec.read(this);
  }

  /**
   * Returns the value of a property, which must not be missing in the object that was read last.
   *
   * @param name the name of the property
   * @param value its value; null if the object did not have it
   * @throws JsonMismatchException if the object did not have it
   */
  default <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw missing(name);
    }
    return value;
  }
}
