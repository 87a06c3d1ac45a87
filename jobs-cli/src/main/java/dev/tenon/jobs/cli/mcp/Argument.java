package dev.tenon.jobs.cli.mcp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An argument that a tool takes. Immutable; methods return changed copies.
 *
 * @param name the name
 * @param kind the kind of its values
 * @param description what it means, for models
 * @param isRequired whether a call must have it
 * @param choices the strings that it may be; empty for any
 * @param min the smallest number, or the least number of characters
 * @param max the largest number, the most characters or the most elements
 */
record Argument(
    String name,
    Kind kind,
    String description,
    boolean isRequired,
    List<String> choices,
    int min,
    int max) {

  /** The longest string of an argument, in characters. */
  static final int MAX_TEXT = 1_000;

  /** The longest reason. It has room to grow when hidden characters are written out. */
  private static final int MAX_REASON = 500;

  /** The kind of an argument. */
  enum Kind {
    /** A string that is not blank. */
    TEXT("string", "a string"),
    /** A whole number. */
    NUMBER("integer", "a whole number"),
    /** True or false. */
    FLAG("boolean", "true or false"),
    /** A list of strings. */
    STRINGS("array", "a list of strings"),
    /** An object. */
    OBJECT("object", "an object");

    private final String schemaType;
    private final String words;

    Kind(String schemaType, String words) {
      this.schemaType = schemaType;
      this.words = words;
    }

    /** The kind in words. */
    String words() {
      return words;
    }
  }

  /** A string. */
  static Argument text(String name, String description) {
    return new Argument(name, Kind.TEXT, description, false, List.of(), 1, MAX_TEXT);
  }

  /** The reason for a change, which every change has. */
  static Argument reason() {
    return new Argument(
        "reason",
        Kind.TEXT,
        "Why the change is made, for the people who read the audit",
        true,
        List.of(),
        1,
        MAX_REASON);
  }

  /** One of some strings. */
  static Argument choice(String name, String description, List<String> choices) {
    return new Argument(name, Kind.TEXT, description, false, choices, 1, MAX_TEXT);
  }

  /** A whole number. */
  static Argument number(String name, String description, int min, int max) {
    return new Argument(name, Kind.NUMBER, description, false, List.of(), min, max);
  }

  /** True or false. */
  static Argument flag(String name, String description) {
    return new Argument(name, Kind.FLAG, description, false, List.of(), 0, 1);
  }

  /** A list of strings. */
  static Argument strings(String name, String description, int max) {
    return new Argument(name, Kind.STRINGS, description, false, List.of(), 1, max);
  }

  /** An object. */
  static Argument object(String name, String description) {
    return new Argument(name, Kind.OBJECT, description, false, List.of(), 0, 0);
  }

  /** A copy that every call must have. */
  Argument required() {
    return new Argument(name, kind, description, true, choices, min, max);
  }

  /** The JSON Schema of its values. */
  Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", kind.schemaType);
    schema.put("description", description);
    switch (kind) {
      case TEXT -> {
        if (choices.isEmpty()) {
          schema.put("maxLength", max);
        } else {
          schema.put("enum", choices);
        }
      }
      case NUMBER -> {
        schema.put("minimum", min);
        schema.put("maximum", max);
      }
      case STRINGS -> {
        schema.put("items", Map.of("type", "string"));
        schema.put("minItems", 1);
        schema.put("maxItems", max);
      }
      case FLAG, OBJECT -> {}
    }
    return schema;
  }

  /** The JSON Schema of the arguments of a tool. */
  static Map<String, Object> schema(List<Argument> arguments) {
    Map<String, Object> properties = new LinkedHashMap<>();
    arguments.forEach(argument -> properties.put(argument.name, argument.schema()));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put(
        "required", arguments.stream().filter(Argument::isRequired).map(Argument::name).toList());
    schema.put("additionalProperties", false);
    return schema;
  }

  /**
   * Checks a value.
   *
   * @throws Refusal if the argument cannot have it; the message names both
   */
  void check(@Nullable Object value) {
    boolean isOfKind =
        switch (kind) {
          case TEXT -> value instanceof String;
          case NUMBER -> value instanceof Integer || value instanceof Long;
          case FLAG -> value instanceof Boolean;
          case STRINGS ->
              value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
          case OBJECT -> value instanceof Map<?, ?>;
        };
    if (!isOfKind) {
      throw wrong(value, "must be " + kind.words() + ". " + sentence());
    }
    switch (kind) {
      case TEXT -> checkText((String) Objects.requireNonNull(value));
      case NUMBER -> {
        long number = ((Number) Objects.requireNonNull(value)).longValue();
        if (number < min || number > max) {
          throw wrong(value, "must be from %d to %d.".formatted(min, max));
        }
      }
      case STRINGS -> {
        int size = ((List<?>) Objects.requireNonNull(value)).size();
        if (size < 1 || size > max) {
          throw new Refusal(
              "'%s' has %d elements; it must have from 1 to %d.".formatted(name, size, max));
        }
      }
      case FLAG, OBJECT -> {}
    }
  }

  private void checkText(String text) {
    if (text.isBlank()) {
      throw new Refusal(
          "'%s' is blank. Leave it out, or give it a value. %s".formatted(name, sentence()));
    }
    if (text.length() > max) {
      throw new Refusal(
          "'%s' has %d characters; at most %d are allowed. Shorten it."
              .formatted(name, text.length(), max));
    }
    if (!choices.isEmpty() && !choices.contains(text)) {
      throw wrong(text, "must be one of %s.".formatted(String.join(", ", choices)));
    }
  }

  /** The description as a sentence. */
  String sentence() {
    return description.endsWith(".") ? description : description + ".";
  }

  /** The refusal of a value. */
  Refusal wrong(@Nullable Object value, String rule) {
    return wrong(name, value, rule);
  }

  /** The refusal of a value of the argument with a name. */
  static Refusal wrong(String name, @Nullable Object value, String rule) {
    return new Refusal(
        "'%s' is %s; it %s"
            .formatted(
                name,
                value instanceof String text
                    ? "'" + InertText.of(text, 100) + "'"
                    : InertText.of(String.valueOf(value), 100),
                rule));
  }
}
