package dev.tenon.jobs.dashboard;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A part of a payload, as a form shows it. */
sealed interface PayloadPart {

  /** The field for a payload as JSON. Names of components begin with it and a point. */
  String NAME = "payload";

  /** The depth of nested records that get fields; deeper ones are entered as JSON. */
  int MAX_DEPTH = 4;

  /** The path to it, such as {@code options.format}; empty for the payload itself. */
  String path();

  /** The name of its field. */
  default String name() {
    return path().isEmpty() ? NAME : NAME + "." + path();
  }

  /** The secrecy of a value. */
  enum Secrecy {
    /** People may see it. */
    NONE,
    /** People must not see some part of it. */
    INSIDE,
    /** People must not see any of it. */
    WHOLE;

    private static Secrecy of(Schema schema) {
      return schema.isSensitive() ? WHOLE : schema.hasSensitive() ? INSIDE : NONE;
    }
  }

  /** A record, whose components are fields. */
  record Group(
      String path, String label, Schema schema, boolean isOptional, Map<String, PayloadPart> parts)
      implements PayloadPart {}

  /**
   * A value with its own field.
   *
   * @param isInOptional whether it is part of a record that may be absent
   */
  record Leaf(
      String path,
      String label,
      Schema schema,
      boolean isOptional,
      boolean isInOptional,
      Secrecy secrecy)
      implements PayloadPart {

    private static final int MAX_SHORT_TEXT = 100;

    boolean isSecret() {
      return secrecy == Secrecy.WHOLE;
    }

    /** Returns whether it is a check box, which cannot express that there is no value. */
    boolean isCheck() {
      return schema.kind() == Schema.Kind.BOOLEAN && !isOptional && !isSecret();
    }

    boolean isText() {
      return schema.kind() == Schema.Kind.TEXT;
    }

    /** Returns whether a string fits on one line: it has a format, or is short. */
    boolean isShort() {
      return !schema.text("format").isEmpty()
          || (schema.keyword("maxLength") instanceof BigDecimal max
              && max.compareTo(BigDecimal.valueOf(MAX_SHORT_TEXT)) <= 0);
    }
  }

  /** The parts of a payload with this schema. */
  static PayloadPart of(Schema schema) {
    return part("", "", schema, false, false, false, Set.of());
  }

  /** A payload that is written as JSON. */
  static PayloadPart json(boolean hasSensitive) {
    Secrecy secrecy = hasSensitive ? Secrecy.INSIDE : Secrecy.NONE;
    return new Leaf("", "", Schema.ANYTHING, false, false, secrecy);
  }

  private static PayloadPart part(
      String path,
      String label,
      Schema schema,
      boolean isOptional,
      boolean isInOptional,
      boolean isInSecret,
      Set<String> around) {
    boolean isSecret = isInSecret || schema.isSensitive();
    boolean isGroup =
        schema.kind() == Schema.Kind.RECORD
            && around.size() < MAX_DEPTH
            && !around.contains(schema.reference());
    if (!isGroup) {
      Secrecy secrecy = isSecret ? Secrecy.WHOLE : Secrecy.of(schema);
      return new Leaf(path, label, schema, isOptional, isInOptional, secrecy);
    }
    Set<String> inside = new HashSet<>(around);
    inside.add(schema.reference());
    Map<String, PayloadPart> parts = new LinkedHashMap<>();
    schema
        .properties()
        .forEach(
            (name, property) -> {
              if (property.kind() != Schema.Kind.NOTHING) {
                parts.put(
                    name,
                    part(
                        path.isEmpty() ? name : path + "." + name,
                        name,
                        property,
                        !schema.isRequired(name),
                        isInOptional || isOptional,
                        isSecret,
                        inside));
              }
            });
    return new Group(path, label, schema, isOptional, parts);
  }
}
