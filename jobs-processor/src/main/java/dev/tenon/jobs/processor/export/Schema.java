package dev.tenon.jobs.processor.export;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A JSON Schema in the making: its keywords, and notes about what they leave out. */
final class Schema {

  private static final String TYPE = "type";
  private static final String PATTERN = "pattern";
  private static final String ALL_OF = "allOf";
  private static final String ANY_OF = "anyOf";

  private final Map<String, Object> keywords = new LinkedHashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private String description = "";

  private Schema() {}

  /** A schema that everything is valid for. */
  static Schema any() {
    return new Schema();
  }

  /** A schema of this type. */
  static Schema type(String type) {
    return any().with(TYPE, type);
  }

  /** A schema of strings that match a pattern. */
  static Schema text(String pattern) {
    return type("string").with(PATTERN, pattern);
  }

  /** A schema that is written elsewhere in the document. */
  static Schema ref(String reference) {
    return any().with("$ref", reference);
  }

  /** A schema of everything that is valid for at least one of these. */
  static Schema anyOf(Schema... alternatives) {
    List<Object> list = new ArrayList<>();
    for (Schema alternative : alternatives) {
      list.add(alternative.json());
    }
    return any().with(ANY_OF, list);
  }

  Schema with(String keyword, Object value) {
    keywords.put(keyword, value);
    return this;
  }

  /** Adds a note about what else a value must meet, or what is counted differently. */
  Schema note(String text) {
    notes.add(text);
    return this;
  }

  Schema description(String text) {
    description = text;
    return this;
  }

  /** Requires a pattern, in addition to those already required. */
  void pattern(String pattern) {
    if (keywords.putIfAbsent(PATTERN, pattern) == null) {
      return;
    }
    List<Object> more = new ArrayList<>();
    if (keywords.get(ALL_OF) instanceof List<?> list) {
      more.addAll(list);
    }
    more.add(Map.of(PATTERN, pattern));
    keywords.put(ALL_OF, more);
  }

  /** Requires a minimum, unless a higher one is already required. */
  void atLeast(String keyword, long count) {
    if (count > 0 && (!(keywords.get(keyword) instanceof Long other) || other < count)) {
      keywords.put(keyword, count);
    }
  }

  /** Requires a maximum, unless a lower one is already required. */
  void atMost(String keyword, long count) {
    if (!(keywords.get(keyword) instanceof Long other) || other > count) {
      keywords.put(keyword, count);
    }
  }

  /** The same schema, but null is also valid. */
  Schema orNull() {
    Object type = keywords.get(TYPE);
    if (keywords.isEmpty() || "null".equals(type) || type instanceof List<?>) {
      return this;
    }
    if (keywords.get(ANY_OF) instanceof List<?> alternatives && keywords.size() == 1) {
      List<Object> more = new ArrayList<>(alternatives);
      Map<String, Object> nothing = Map.of(TYPE, "null");
      if (!more.contains(nothing)) {
        more.add(nothing);
      }
      return with(ANY_OF, more);
    }
    boolean isClosed =
        type == null || keywords.containsKey("enum") || keywords.containsKey("const");
    if (!isClosed) {
      return with(TYPE, List.of(type, "null"));
    }
    Map<String, Object> value = new LinkedHashMap<>(keywords);
    keywords.clear();
    return with(ANY_OF, List.of(value, Map.of(TYPE, "null")));
  }

  /** The schema as JSON. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    if (!description.isEmpty()) {
      json.put("description", description);
    }
    json.putAll(keywords);
    if (!notes.isEmpty()) {
      json.put("$comment", String.join(" ", notes));
    }
    return Collections.unmodifiableMap(json);
  }
}
