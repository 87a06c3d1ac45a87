package dev.tenon.jobs.cli.generate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keywords of schemas that the annotation processor writes, and their kinds. */
final class Keywords {

  static final String DEFINITIONS = "$defs";
  static final String PROPERTIES = "properties";

  /** They are for people, or for other programs than validators. */
  private static final Set<String> NOTES =
      Set.of("$schema", "title", "description", "$comment", "x-sensitive");

  /** Their value is a schema. */
  private static final Set<String> SCHEMA =
      Set.of("items", "additionalProperties", "propertyNames");

  /** Their value is a list of schemas. */
  private static final Set<String> SCHEMAS = Set.of("anyOf", "allOf", "oneOf");

  /** Their value is an object with schemas. */
  private static final Set<String> NAMED_SCHEMAS = Set.of(PROPERTIES, DEFINITIONS);

  /** Their value is none. */
  private static final Set<String> PLAIN =
      Set.of(
          // Validators need it to find what "#" refers to
          "$id",
          "$ref",
          "type",
          "required",
          "enum",
          "const",
          "pattern",
          "format",
          "contentEncoding",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "minProperties",
          "maxProperties",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum");

  private Keywords() {}

  /**
   * Returns the rules of a schema: a copy without what is for people.
   *
   * @throws GenerateException if it has other keywords
   */
  static Map<String, @Nullable Object> rules(Map<?, ?> schema, SchemaPlace place) {
    Map<String, @Nullable Object> rules = new LinkedHashMap<>();
    schema.forEach(
        (key, value) -> {
          String keyword = String.valueOf(key);
          if (!NOTES.contains(keyword)) {
            rules.put(keyword, rule(keyword, value, place));
          }
        });
    // The schema of keys may have had nothing but a comment
    rules.remove("propertyNames", Map.of());
    return rules;
  }

  private static @Nullable Object rule(String keyword, @Nullable Object value, SchemaPlace place) {
    SchemaPlace here = place.at(keyword);
    if (SCHEMA.contains(keyword)) {
      return rules(schema(value, here), here);
    }
    if (SCHEMAS.contains(keyword)) {
      List<@Nullable Object> rules = new ArrayList<>();
      for (Object each : list(value, here)) {
        SchemaPlace inside = here.at(Integer.toString(rules.size()));
        rules.add(rules(schema(each, inside), inside));
      }
      return rules;
    }
    if (NAMED_SCHEMAS.contains(keyword)) {
      Map<String, @Nullable Object> rules = new LinkedHashMap<>();
      schema(value, here)
          .forEach(
              (key, each) -> {
                SchemaPlace inside = here.at(String.valueOf(key));
                rules.put(String.valueOf(key), rules(schema(each, inside), inside));
              });
      return rules;
    }
    if (!PLAIN.contains(keyword)) {
      throw place.unsupported("'" + keyword + "'");
    }
    return value;
  }

  /** The schema that is expected in a place. */
  static Map<?, ?> schema(@Nullable Object value, SchemaPlace place) {
    if (value instanceof Map<?, ?> schema) {
      return schema;
    }
    throw place.unsupported("no object");
  }

  /** The list that is expected in a place. */
  static List<?> list(@Nullable Object value, SchemaPlace place) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw place.unsupported("no array");
  }
}
