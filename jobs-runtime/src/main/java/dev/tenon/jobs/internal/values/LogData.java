package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonGenerator;
import dev.tenon.jobs.libraries.jackson.core.ObjectWriteContext;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the data of log lines as JSON. Its types are known only at run time, so it checks the type
 * of each value.
 */
public final class LogData {

  private final JsonGenerator json;

  private LogData(JsonGenerator json) {
    this.json = json;
  }

  /**
   * Returns the data as JSON that PostgreSQL can store. Data that has more bytes is left out and
   * replaced by a note that says so.
   *
   * @param maxBytes the maximum number of bytes of UTF-8
   * @throws IllegalArgumentException if a value has a type that {@link dev.tenon.jobs.JobLog} does
   *     not name; the message names the type, and contains no value
   */
  public static String write(Map<String, ? extends @Nullable Object> data, int maxBytes) {
    BoundedText text = new BoundedText(maxBytes);
    JsonGenerator json = JsonLimits.FACTORY.createGenerator(ObjectWriteContext.empty(), text);
    try {
      new LogData(json).value(data);
      json.close();
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "The data of a log line cannot be written at %s: %s."
              .formatted(path(json), e.getOriginalMessage()));
    }
    return text.isTooLong()
        ? String.format(
            Locale.ROOT,
            "{\"leftOut\":\"%,d bytes of data; the limit is %,d\"}",
            text.bytes(),
            maxBytes)
        : StoredText.storable(text.toString());
  }

  /** Returns the data as JSON of any size; otherwise like {@link #write(Map, int)}. */
  public static String write(Map<String, ? extends @Nullable Object> data) {
    return write(data, Integer.MAX_VALUE);
  }

  private void value(@Nullable Object value) {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof CharSequence || value instanceof Character || isText(value)) {
      json.writeString(value.toString());
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Enum<?> constant) {
      json.writeString(constant.name());
    } else if (value instanceof Number number) {
      number(number);
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      map.forEach(
          (key, entry) -> {
            json.writeName(String.valueOf(key));
            value(entry);
          });
      json.writeEndObject();
    } else if (value instanceof Iterable<?> entries) {
      json.writeStartArray();
      entries.forEach(this::value);
      json.writeEndArray();
    } else if (value instanceof Record record) {
      record(record);
    } else {
      throw refused(value, null);
    }
  }

  private static boolean isText(Object value) {
    return value instanceof UUID
        || value instanceof URI
        || value instanceof TemporalAccessor
        || value instanceof TemporalAmount;
  }

  private void number(Number number) {
    if (number instanceof BigDecimal decimal) {
      json.writeNumber(decimal);
    } else if (number instanceof BigInteger integer) {
      json.writeNumber(integer);
    } else if (number instanceof Double wide) {
      json.writeNumber(wide);
    } else if (number instanceof Float narrow) {
      json.writeNumber(narrow);
    } else if (number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte) {
      json.writeNumber(number.longValue());
    } else {
      throw refused(number, null);
    }
  }

  private void record(Record record) {
    json.writeStartObject();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      json.writeName(component.getName());
      value(component(record, component));
    }
    json.writeEndObject();
  }

  private @Nullable Object component(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw refused(record, e);
    }
  }

  private static String path(JsonGenerator json) {
    return JsonLimits.nextPath(json.streamWriteContext(), SensitivePaths.NONE);
  }

  private IllegalArgumentException refused(Object value, @Nullable Exception cause) {
    return new IllegalArgumentException(
        ("The data of a log line has a %s at %s, which cannot be written as JSON. Pass a string or "
                + "a Map.")
            .formatted(value.getClass().getName(), path(json)),
        cause);
  }
}
