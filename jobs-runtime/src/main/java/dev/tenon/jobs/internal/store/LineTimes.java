package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.greatest;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;

/**
 * The times that statements give jobs, if the line of a job decides when it is due. For jobs
 * without an order, these expressions call nothing.
 */
public final class LineTimes {

  private LineTimes() {}

  /** Returns the time that a job gets that would be due then. The statement has locked it. */
  public static Field<Instant> runAt(Tables tables, JobTables.Live j, Field<Instant> due) {
    return runAt(tables, j, j.orderKey, due);
  }

  /** Does the same for a job that gets this key in the same statement. */
  public static Field<Instant> runAt(
      Tables tables, JobTables.Live j, Field<String> orderKey, Field<Instant> due) {
    return when(orderKey.isNull(), due).otherwise(inLine(tables, j, orderKey, due));
  }

  /**
   * Returns the time that the pointer of such a job is published.
   *
   * @param publishAt the time for a job that is due as given
   */
  public static Field<Instant> publishAt(
      Tables tables, JobTables.Live j, Field<Instant> due, Field<Instant> publishAt) {
    return publishAt(tables, j, j.orderKey, due, publishAt);
  }

  /** Does the same for a job that gets this key in the same statement. */
  public static Field<Instant> publishAt(
      Tables tables,
      JobTables.Live j,
      Field<String> orderKey,
      Field<Instant> due,
      Field<Instant> publishAt) {
    return when(orderKey.isNull(), publishAt)
        .otherwise(greatest(publishAt, inLine(tables, j, orderKey, due)));
  }

  private static Field<Instant> inLine(
      Tables tables, JobTables.Live j, Field<String> orderKey, Field<Instant> due) {
    return function(tables, "time_in_line", j.id, j.type, orderKey, due);
  }

  /** Returns whether a job has a time that its line keeps until the job is open. */
  public static Condition isKept(Tables tables, JobTables.Live j) {
    var l = tables.lines;
    return j.orderKey
        .isNotNull()
        .and(
            DSL.exists(
                DSL.selectOne()
                    .from(l)
                    .where(
                        l.jobId
                            .eq(j.id)
                            .and(l.isOpen.isFalse())
                            .and(l.dueAt.lt(Intervals.never())))));
  }

  private static Field<Instant> function(Tables tables, String function, Field<?>... arguments) {
    return DSL.function(
        name(tables.jobs.getSchema().getQualifiedName(), name(function)),
        SQLDataType.INSTANT,
        arguments);
  }
}
