package dev.tenon.jobs.internal.flow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;

/**
 * The types of which no jobs are started, by all of their names, as a condition of a statement. The
 * planner evaluates the list once for each statement, by an index that has no entry for any other
 * type.
 */
public final class BarredTypes {

  private BarredTypes() {}

  /** Every name of a type, as a row for each. */
  static Field<String> eachName(Tables.JobTypes t) {
    return DSL.field("unnest(array_prepend({0}, {1}))", SQLDataType.CLOB, t.type, t.aliases);
  }

  /** Whether the type of a job is not paused. */
  public static Condition isNotPaused(Tables tables, Field<String> type) {
    Tables.JobTypes t = tables.jobTypes;
    return DSL.condition(
        "{0} <> ALL (ARRAY({1}))", type, select(eachName(t)).from(t).where(t.pausedAt.isNotNull()));
  }
}
