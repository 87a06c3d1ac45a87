package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.JsonMismatchException;
import dev.tenon.jobs.definition.JsonReader;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.libraries.jackson.core.JsonParser;
import dev.tenon.jobs.libraries.jackson.core.JsonToken;
import dev.tenon.jobs.libraries.jackson.core.ObjectReadContext;
import dev.tenon.jobs.libraries.jackson.core.TokenStreamContext;
import dev.tenon.jobs.libraries.jackson.core.TokenStreamLocation;
import dev.tenon.jobs.libraries.jackson.core.exc.StreamReadException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON with Jackson's streaming API. A property that occurs twice is read twice, so the last
 * one counts, as in PostgreSQL. Not thread-safe.
 */
final class JacksonReader implements JsonReader {

  private final String json;
  private final SensitivePaths sensitive;
  private final JsonParser parser;

  /** True if the parser is at the token to be read next, rather than at the one before. */
  private boolean isAhead;

  /** The context around the object to be read next, if {@link #tag} has begun it. */
  private @Nullable TokenStreamContext aroundBegun;

  /** The name of the first property of that object, if its value was not read yet. */
  private @Nullable String firstName;

  private String tagName = "";

  /**
   * Creates a reader.
   *
   * @param sensitive the values whose places, but not contents, exceptions may name
   */
  JacksonReader(String json, SensitivePaths sensitive) {
    this.json = json;
    this.sensitive = sensitive;
    this.parser = JsonLimits.FACTORY.createParser(ObjectReadContext.empty(), json);
  }

  private @Nullable JsonToken peek() {
    if (!isAhead) {
      parser.nextToken();
      isAhead = true;
    }
    return parser.currentToken();
  }

  private @Nullable JsonToken next() {
    if (isAhead) {
      isAhead = false;
      return parser.currentToken();
    }
    return parser.nextToken();
  }

  private void expect(JsonToken token, String expected) {
    if (next() != token) {
      throw mismatch(expected);
    }
  }

  @Override
  public void startObject() {
    if (aroundBegun != null) {
      aroundBegun = null;
    } else {
      expect(JsonToken.START_OBJECT, "an object");
    }
  }

  @Override
  public @Nullable String nextName() {
    String name = firstName;
    if (name != null) {
      firstName = null;
      return name;
    }
    return parser.nextName();
  }

  @Override
  public void startArray() {
    expect(JsonToken.START_ARRAY, "an array");
  }

  @Override
  public boolean nextEntry() {
    if (peek() == JsonToken.END_ARRAY) {
      isAhead = false;
      return false;
    }
    return true;
  }

  @Override
  public String tag(String name) {
    if (peek() != JsonToken.START_OBJECT) {
      throw mismatch("an object");
    }
    long start = parser.currentTokenLocation().getCharOffset();
    isAhead = false;
    aroundBegun = parser.streamReadContext().getParent();
    tagName = name;
    String first = parser.nextName();
    if (name.equals(first)) {
      return stringValue();
    }
    firstName = first;
    return search(start, name);
  }

  /** Returns the string of a property of the object that starts at this character. */
  private String search(long start, String name) {
    try (StringReader rest = new StringReader(json)) {
      rest.skip(start);
      try (JsonParser ahead = JsonLimits.FACTORY.createParser(ObjectReadContext.empty(), rest)) {
        ahead.nextToken();
        for (String next = ahead.nextName(); next != null; next = ahead.nextName()) {
          if (ahead.nextToken() == JsonToken.VALUE_STRING && name.equals(next)) {
            return ahead.getString();
          }
          ahead.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A string in memory cannot be read.", e);
    }
    throw mismatch("a string");
  }

  @Override
  public boolean skipNull() {
    if (peek() == JsonToken.VALUE_NULL) {
      isAhead = false;
      return true;
    }
    return false;
  }

  @Override
  public void skipValue() {
    next();
    parser.skipChildren();
  }

  @Override
  public String stringValue() {
    expect(JsonToken.VALUE_STRING, "a string");
    return parser.getString();
  }

  @Override
  public boolean booleanValue() {
    JsonToken token = next();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw mismatch("true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  @Override
  public byte byteValue() {
    return (byte) whole(Byte.MIN_VALUE, Byte.MAX_VALUE);
  }

  @Override
  public short shortValue() {
    return (short) whole(Short.MIN_VALUE, Short.MAX_VALUE);
  }

  @Override
  public int intValue() {
    return (int) whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  @Override
  public long longValue() {
    return whole(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private long whole(long min, long max) {
    JsonToken token = next();
    if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long value = parser.getLongValue();
      if (value >= min && value <= max) {
        return value;
      }
    } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      // For a JSON Schema, 1.0 is a whole number
      BigDecimal value = parser.getDecimalValue();
      if (isWhole(value)
          && value.compareTo(BigDecimal.valueOf(min)) >= 0
          && value.compareTo(BigDecimal.valueOf(max)) <= 0) {
        return value.longValueExact();
      }
    }
    throw mismatch("a whole number from %d to %d".formatted(min, max));
  }

  /**
   * Returns whether a number has no fraction; the exponent of a whole one is bounded, as its length
   * is.
   */
  private static boolean isWhole(BigDecimal value) {
    return value.scale() > -JsonLimits.MAX_NUMBER_LENGTH
        && value.scale() < JsonLimits.MAX_NUMBER_LENGTH
        && value.stripTrailingZeros().scale() <= 0;
  }

  @Override
  public float floatValue() {
    JsonToken token = next();
    if (token == JsonToken.VALUE_STRING) {
      return (float) notANumber(parser.getString());
    }
    requireNumber(token);
    float value = parser.getFloatValue();
    if (Float.isInfinite(value)) {
      throw mismatch("a number that fits into a float");
    }
    return value;
  }

  @Override
  public double doubleValue() {
    JsonToken token = next();
    if (token == JsonToken.VALUE_STRING) {
      return notANumber(parser.getString());
    }
    requireNumber(token);
    double value = parser.getDoubleValue();
    if (Double.isInfinite(value)) {
      throw mismatch("a number that fits into a double");
    }
    return value;
  }

  private double notANumber(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw mismatch("a number");
    };
  }

  private void requireNumber(@Nullable JsonToken token) {
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw mismatch("a number");
    }
  }

  @Override
  public char charValue() {
    String text = stringValue();
    if (text.length() != 1) {
      throw mismatch("a string of one character");
    }
    return text.charAt(0);
  }

  @Override
  public BigInteger bigIntegerValue() {
    JsonToken token = next();
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return parser.getBigIntegerValue();
    }
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      BigDecimal value = parser.getDecimalValue();
      if (isWhole(value)) {
        return value.toBigIntegerExact();
      }
    }
    throw mismatch("a whole number");
  }

  @Override
  public BigDecimal bigDecimalValue() {
    requireNumber(next());
    return parser.getDecimalValue();
  }

  @Override
  public byte[] bytesValue() {
    expect(JsonToken.VALUE_STRING, "bytes in Base64");
    try {
      return parser.getBinaryValue();
    } catch (StreamReadException e) {
      // Its message quotes the value
      throw mismatch("bytes in Base64");
    }
  }

  /** Checks that nothing follows the value. */
  void end() {
    if (parser.nextToken() != null) {
      throw mismatch("nothing after the value");
    }
  }

  /** Returns the place of the value that was read last. */
  String path() {
    JsonToken token = parser.currentToken();
    boolean isStart = token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY;
    TokenStreamContext context = parser.streamReadContext();
    return JsonLimits.path(isStart ? context.getParent() : context, sensitive);
  }

  /** Returns the line and the column of the token that was read last. */
  TokenStreamLocation location() {
    return parser.currentTokenLocation();
  }

  @Override
  public JsonMismatchException mismatch(String expected) {
    String path =
        aroundBegun == null ? path() : under(JsonLimits.path(aroundBegun, sensitive), tagName);
    return new JsonMismatchException(path, expected);
  }

  @Override
  public JsonMismatchException missing(String name) {
    return new JsonMismatchException(under(path(), name), "a value");
  }

  private static String under(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
