package dev.tenon.jobs.dashboard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A component of a payload or a result, as a line of a table.
 *
 * @param depth how deep it lies, 0 to 8
 * @param name its name
 * @param type what kind of value it is
 * @param isRequired whether it must be there
 * @param constraints what else is asked of it; may be empty
 * @param description what it is; may be empty
 */
record SchemaRow(
    int depth,
    String name,
    String type,
    boolean isRequired,
    String constraints,
    String description) {

  private static final int MAX_DEPTH = 8;
  private static final int MAX_ROWS = 500;

  /** The lines of a schema: one for each component, each record above its own. */
  static List<SchemaRow> of(Schema schema) {
    List<SchemaRow> rows = new ArrayList<>();
    if (schema.kind() == Schema.Kind.RECORD || schema.kind() == Schema.Kind.UNION) {
      addParts(schema, 0, new HashSet<>(), rows);
    } else {
      add("value", schema, true, 0, new HashSet<>(), rows);
    }
    return rows;
  }

  private static void add(
      String name,
      Schema schema,
      boolean isRequired,
      int depth,
      Set<String> around,
      List<SchemaRow> rows) {
    rows.add(
        new SchemaRow(
            depth,
            name,
            SchemaText.type(schema),
            isRequired,
            SchemaText.constraints(schema),
            schema.description()));
    addParts(schema, depth + 1, around, rows);
  }

  /** Adds the components, unless the record is one of those around it. */
  private static void addParts(Schema schema, int depth, Set<String> around, List<SchemaRow> rows) {
    if (depth > MAX_DEPTH || rows.size() >= MAX_ROWS) {
      return;
    }
    switch (schema.kind()) {
      case RECORD -> {
        if (around.add(schema.reference())) {
          schema
              .properties()
              .forEach(
                  (name, part) -> add(name, part, schema.isRequired(name), depth, around, rows));
          around.remove(schema.reference());
        }
      }
      case UNION -> {
        for (Schema alternative : schema.alternatives()) {
          add("if type is " + alternative.recordName(), alternative, false, depth, around, rows);
        }
      }
      case LIST -> addParts(schema.inner("items"), depth, around, rows);
      case MAP -> addParts(schema.inner("additionalProperties"), depth, around, rows);
      default -> {
        // It has no parts
      }
    }
  }
}
