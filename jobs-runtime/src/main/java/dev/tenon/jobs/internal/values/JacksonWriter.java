package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.JsonWriter;
import dev.tenon.jobs.libraries.jackson.core.JsonGenerator;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Writes JSON with Jackson's streaming API. Not thread-safe. */
final class JacksonWriter implements JsonWriter {

  private final JsonGenerator generator;
  private @Nullable String tagName;
  private @Nullable String tagValue;

  JacksonWriter(JsonGenerator generator) {
    this.generator = generator;
  }

  @Override
  public void startObject() {
    generator.writeStartObject();
    if (tagName != null) {
      generator.writeStringProperty(tagName, tagValue);
      tagName = null;
    }
  }

  @Override
  public void endObject() {
    generator.writeEndObject();
  }

  @Override
  public void startArray() {
    generator.writeStartArray();
  }

  @Override
  public void endArray() {
    generator.writeEndArray();
  }

  @Override
  public void tag(String name, String value) {
    tagName = name;
    tagValue = value;
  }

  @Override
  public void name(String name) {
    generator.writeName(name);
  }

  @Override
  public void nullValue() {
    generator.writeNull();
  }

  @Override
  public void value(String value) {
    generator.writeString(value);
  }

  @Override
  public void value(boolean value) {
    generator.writeBoolean(value);
  }

  @Override
  public void value(int value) {
    generator.writeNumber(value);
  }

  @Override
  public void value(long value) {
    generator.writeNumber(value);
  }

  @Override
  public void value(float value) {
    generator.writeNumber(value);
  }

  @Override
  public void value(double value) {
    generator.writeNumber(value);
  }

  @Override
  public void value(BigInteger value) {
    generator.writeNumber(readable(value.toString()));
  }

  @Override
  public void value(BigDecimal value) {
    generator.writeNumber(readable(value.toString()));
  }

  /** Checks that a number can be read again. */
  private static String readable(String number) {
    if (number.length() > JsonLimits.MAX_NUMBER_LENGTH) {
      throw new IllegalArgumentException(
          "A number has more than " + JsonLimits.MAX_NUMBER_LENGTH + " characters.");
    }
    return number;
  }

  @Override
  public void value(byte[] value) {
    generator.writeBinary(value);
  }
}
