package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.List;

/**
 * The columns of the view of all jobs, as a statement has them that reads the tables itself.
 * Immutable and thread-safe.
 */
public final class JobColumns {

  private final List<Table<?>> parts;

  private JobColumns(List<Table<?>> parts) {
    this.parts = parts;
  }

  /** The columns of these tables; what several have is read from the first of them. */
  public static JobColumns in(Table<?>... parts) {
    return new JobColumns(List.of(parts));
  }

  /**
   * The column as these tables have it, under the same name; null for what none of them has: a job
   * that has not ended has no end, and nothing more is published of one that has.
   *
   * @param column of the view
   */
  public <V> Field<V> of(Field<V> column) {
    for (Table<?> part : parts) {
      Field<V> found = part.field(column);
      if (found != null) {
        return found;
      }
    }
    return DSL.castNull(column).as(column);
  }
}
