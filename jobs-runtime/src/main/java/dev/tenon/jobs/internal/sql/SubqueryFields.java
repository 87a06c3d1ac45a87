package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;

/** Reads fields through a table expression that is made of their table. */
public final class SubqueryFields {

  private SubqueryFields() {}

  /** The field as the table expression gives it. */
  public static <V> Field<V> of(Table<?> expression, Field<V> field) {
    Field<V> found = expression.field(field);
    if (found == null) {
      throw new IllegalArgumentException(expression.getName() + " has no field " + field.getName());
    }
    return found;
  }
}
