package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;

/**
 * The index of the waiting and running jobs without limits, and how statements use it: from each
 * type to the next, and within a type from the oldest job of a priority. Running jobs lie between
 * the waiting ones and are skipped. A waiting job meets exactly one of three conditions: {@link
 * #isAmong}, {@link #isParked} and {@link LimitedClaimStore#isLimitedAndWaiting}.
 */
public final class WaitingJobs {

  private static final String TYPES = "waiting_types";

  /** A type of {@link #types}. */
  public static final Field<String> TYPE = typeIn(TYPES);

  private WaitingJobs() {}

  /** Returns a type of the expression with this name. */
  public static Field<String> typeIn(String expression) {
    return DSL.field(name(expression, "type"), SQLDataType.CLOB);
  }

  /**
   * Returns a condition that the index holds the job, in the same words as the index, for the
   * planner.
   */
  static Condition isInTurn(JobTables.Live j) {
    return j.parkedAt.isNull().and(j.limitKey.isNull());
  }

  /** Returns a condition that the index holds the job and the job waits. */
  public static Condition isAmong(JobTables.Live j) {
    return isInTurn(j).and(isWaiting(j));
  }

  /**
   * Returns a condition that the job is waiting and parked and has no limits, in the words of the
   * index of parked jobs. A pending one is no longer published, or only after a while; a queued one
   * is for workers in other languages and was published again.
   */
  public static Condition isParked(JobTables.Live j) {
    return j.parkedAt.isNotNull().and(j.limitKey.isNull()).and(isWaiting(j));
  }

  /** Returns a condition that the job waits, written so that it matches no index. */
  public static Condition isWaiting(JobTables.Live j) {
    return j.status.in(
        StatusChange.CLAIM.from().stream().map(s -> inline(s, Tables.STATUS)).toList());
  }

  /**
   * Returns the types that have jobs without limits; see {@link #types(JobTables.Live, Condition)}.
   */
  public static CommonTableExpression<?> types(JobTables.Live j) {
    return types(j, isInTurn(j));
  }

  /**
   * Returns the types that have jobs in an index, for a statement {@code WITH RECURSIVE}. It jumps
   * from each type to the next one in the index, so that its cost grows with the number of types
   * and not of jobs. With a condition on the status, it would pass all running jobs of a type.
   *
   * @param isAmong whether the index holds the job, and nothing more; the index begins with the
   *     type
   * @see <a href="https://wiki.postgresql.org/wiki/Loose_indexscan">Loose indexscan</a>
   */
  public static CommonTableExpression<?> types(JobTables.Live j, Condition isAmong) {
    return types(TYPES, j, isAmong);
  }

  /** Returns the same under another name, for a statement that uses both. */
  public static CommonTableExpression<?> types(
      String expression, JobTables.Live j, Condition isAmong) {
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
