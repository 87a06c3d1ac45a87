package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;

/**
 * The index of the jobs without limits that wait for a worker, as statements use it: from each type
 * that waits to the next, and in each type from the oldest job of a priority on.
 */
final class WaitingJobs {

  private static final String TYPES = "waiting_types";

  /** A type of {@link #types}. */
  static final Field<String> TYPE = typeIn(TYPES);

  private WaitingJobs() {}

  /** A type of the expression of this name. */
  static Field<String> typeIn(String expression) {
    return DSL.field(name(expression, "type"), SQLDataType.CLOB);
  }

  /** Whether the index holds the job; in the same words as the index, for the planner. */
  static Condition isAmong(Tables.Jobs j) {
    return j.status
        .in(StatusChange.CLAIM.from().stream().map(s -> inline(s, Tables.STATUS)).toList())
        .and(j.setBackAt.isNull())
        .and(j.limitKey.isNull());
  }

  /** The types of which jobs without limits wait; see {@link #types(Tables.Jobs, Condition)}. */
  static CommonTableExpression<?> types(Tables.Jobs j) {
    return types(j, isAmong(j));
  }

  /**
   * The types of which jobs wait; for a statement {@code WITH RECURSIVE}. It jumps from each to the
   * next one in the index, so that it costs as much as there are types, and not jobs.
   *
   * @param isAmong whether the index holds the job; the index begins with the type
   * @see <a href="https://wiki.postgresql.org/wiki/Loose_indexscan">Loose indexscan</a>
   */
  static CommonTableExpression<?> types(Tables.Jobs j, Condition isAmong) {
    return types(TYPES, j, isAmong);
  }

  /** The same under another name, for a statement that has both. */
  static CommonTableExpression<?> types(String expression, Tables.Jobs j, Condition isAmong) {
    Field<String> type = typeIn(expression);
    var first = select(j.type).from(j).where(isAmong).orderBy(j.type).limit(1);
    var next = select(j.type).from(j).where(isAmong.and(j.type.gt(type))).orderBy(j.type).limit(1);
    return name(expression)
        .fields("type")
        .as(
            select(DSL.field(first))
                .unionAll(
                    select(DSL.field(next))
                        .from(DSL.table(name(expression)))
                        .where(type.isNotNull())));
  }
}
