package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;

/** Reads fields through a table expression over their table. */
public final class SubqueryFields {

  private SubqueryFields() {}

  /** Returns the field as the table expression has it. */
  public static <V> Field<V> of(Table<?> expression, Field<V> field) {
    Field<V> found = expression.field(field);
    if (found == null) {
      throw new IllegalArgumentException(expression.getName() + " has no field " + field.getName());
    }
    return found;
  }
}
