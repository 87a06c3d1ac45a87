package dev.tenon.jobs.internal.flow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;

/**
 * The paused types, by all of their names, as a condition of a statement. The planner evaluates the
 * list once for each statement, with an index that has no entry for any other type.
 */
public final class BarredTypes {

  private BarredTypes() {}

  /** All names of a type, one row each. */
  static Field<String> eachName(Tables.JobTypes t) {
    return DSL.field("unnest(array_prepend({0}, {1}))", SQLDataType.CLOB, t.type, t.aliases);
  }

  /** A condition that the type of a job is not paused. */
  public static Condition isNotPaused(Tables tables, Field<String> type) {
    Tables.JobTypes t = tables.jobTypes;
    return DSL.condition(
        "{0} <> ALL (ARRAY({1}))", type, select(eachName(t)).from(t).where(t.pausedAt.isNotNull()));
  }
}
