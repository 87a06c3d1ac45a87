package dev.tenon.jobs.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in words what a schema says. */
final class SchemaText {

  /** Limits of Java's whole numbers and years, which say nothing about what is meant. */
  private static final Set<String> LIMITS_OF_JAVA =
      Set.of(
          "-128",
          "127",
          "-32768",
          "32767",
          "-2147483648",
          "2147483647",
          "-9223372036854775808",
          "9223372036854775807",
          "-999999999",
          "999999999");

  /** The beginning of the pattern that the annotation processor writes for {@code @NotBlank}. */
  private static final String NOT_BLANK = "[^\\t-\\r\\u001c- ";

  /** The pattern that it writes for {@code @Email}, together with a comment. */
  private static final String EMAIL = "^$|[^@]@[^@]+$";

  /** The comment that it writes for a length, which is no news to somebody who fills in a form. */
  private static final String SURROGATES =
      "A character outside the Basic Multilingual Plane counts as two.";

  private SchemaText() {}

  /** The kind of value in words, such as {@code list of whole numbers}. */
  static String type(Schema schema) {
    return switch (schema.kind()) {
      case TEXT ->
          !schema.text("contentEncoding").isEmpty()
              ? "bytes in Base64"
              : schema.text("format").equals("uuid") ? "UUID" : "text";
      case DATE -> "date";
      case TIME -> "time";
      case INTEGER -> "whole number";
      case NUMBER -> "number";
      case BOOLEAN -> "true or false";
      case CHOICE -> "one of " + String.join(", ", schema.choices());
      case RECORD -> schema.recordName().isEmpty() ? "record" : schema.recordName();
      case LIST -> "list of " + type(schema.inner("items"));
      case MAP -> "map to " + type(schema.inner("additionalProperties"));
      case UNION ->
          "one of "
              + schema.alternatives().stream()
                  .map(Schema::recordName)
                  .collect(Collectors.joining(", "));
      case NOTHING -> "nothing";
      case ANY -> "anything";
    };
  }

  /** The constraints on a value in addition to its type; empty if there are none. */
  static String constraints(Schema schema) {
    Set<String> parts = new LinkedHashSet<>();
    String note = schema.text("$comment").replace(SURROGATES, "").strip();
    addLimits(schema, parts);
    if (schema.text("contentEncoding").isEmpty()) {
      addCount(schema, note, "Length", "character", "characters", parts);
      addPatterns(schema, parts);
    }
    addCount(schema, note, "Items", "entry", "entries", parts);
    addCount(schema, note, "Properties", "entry", "entries", parts);
    if (schema.keyword("const") != null) {
      parts.add("must be " + schema.keyword("const"));
    }
    if (schema.kind() == Schema.Kind.LIST || schema.kind() == Schema.Kind.MAP) {
      String inner = constraints(schema.inner(isMap(schema) ? "additionalProperties" : "items"));
      if (!inner.isEmpty()) {
        parts.add("each: " + inner);
      }
    }
    if (schema.kind() == Schema.Kind.UNION) {
      parts.add("the property type selects one");
    }
    if (schema.keyword("propertyNames") != null) {
      Schema keys = schema.inner("propertyNames");
      parts.add("keys: " + (keys.choices().isEmpty() ? constraints(keys) : type(keys)));
    }
    if (!note.isEmpty()) {
      parts.add(note.endsWith(".") ? note.substring(0, note.length() - 1) : note);
    }
    return String.join("; ", parts);
  }

  private static boolean isMap(Schema schema) {
    return schema.kind() == Schema.Kind.MAP;
  }

  private static void addLimits(Schema schema, Set<String> parts) {
    addLimit(schema, "minimum", "at least ", parts);
    addLimit(schema, "exclusiveMinimum", "more than ", parts);
    addLimit(schema, "maximum", "at most ", parts);
    addLimit(schema, "exclusiveMaximum", "less than ", parts);
  }

  private static void addLimit(Schema schema, String keyword, String words, Set<String> parts) {
    @Nullable Object limit = schema.keyword(keyword);
    if (limit != null && !LIMITS_OF_JAVA.contains(limit.toString())) {
      parts.add(words + limit);
    }
  }

  private static void addCount(
      Schema schema, String note, String what, String one, String many, Set<String> parts) {
    @Nullable Object min = schema.keyword("min" + what);
    @Nullable Object max = schema.keyword("max" + what);
    // Java counts UTF-16 units: where that differs, the exact minimum is in the comment
    if (min != null && !note.startsWith("At least ")) {
      parts.add("at least " + counted(min, one, many));
    }
    if (max != null) {
      parts.add("at most " + counted(max, one, many));
    }
  }

  private static String counted(Object count, String one, String many) {
    return count + " " + (count.toString().equals("1") ? one : many);
  }

  private static void addPatterns(Schema schema, Set<String> parts) {
    List<String> patterns = new ArrayList<>();
    patterns.add(schema.text("pattern"));
    if (schema.keyword("allOf") instanceof List<?> more) {
      more.forEach(
          each -> {
            if (each instanceof Map<?, ?> map && map.get("pattern") instanceof String pattern) {
              patterns.add(pattern);
            }
          });
    }
    for (String pattern : patterns) {
      if (pattern.startsWith(NOT_BLANK)) {
        parts.add("not blank");
      } else if (!pattern.isEmpty() && !pattern.equals(EMAIL) && schema.text("format").isEmpty()) {
        parts.add("matches " + pattern);
      }
    }
  }
}
