package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.List;

/**
 * The columns of the view of all jobs, for statements that read the tables directly. Immutable and
 * thread-safe.
 */
public final class JobColumns {

  private final List<Table<?>> parts;

  private JobColumns(List<Table<?>> parts) {
    this.parts = parts;
  }

  /**
   * Creates the columns of these tables; a column that several have is read from the first of them.
   */
  public static JobColumns in(Table<?>... parts) {
    return new JobColumns(List.of(parts));
  }

  /**
   * Returns the column of these tables under the same name, or null if none of them has it: a job
   * that has not ended has no end, and one that has ended is no longer published.
   *
   * @param column a column of the view
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
