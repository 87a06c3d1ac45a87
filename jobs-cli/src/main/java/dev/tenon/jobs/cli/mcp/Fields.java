package dev.tenon.jobs.cli.mcp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds an object of an answer. Not thread-safe. */
final class Fields {

  private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

  /** Adds a field; one without a value is left out. */
  Fields add(String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
    return this;
  }

  /** Adds a field if it has a value. */
  Fields add(String name, Optional<?> value) {
    value.ifPresent(present -> fields.put(name, present));
    return this;
  }

  /** Adds a string that is cut after some characters. */
  Fields addText(String name, Optional<String> text, int max) {
    text.ifPresent(present -> fields.put(name, InertText.of(present, max)));
    return this;
  }

  /** Adds all fields of another object. */
  Fields addAll(Map<String, @Nullable Object> others) {
    fields.putAll(others);
    return this;
  }

  /** The object. */
  Map<String, @Nullable Object> map() {
    return fields;
  }
}
