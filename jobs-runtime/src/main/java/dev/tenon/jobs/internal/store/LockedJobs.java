package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectDistinct;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.UpdateConditionStep;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * The rows of jobs that a statement is about to change, by a list of ids. Every statement locks its
 * rows in the order of their ids, so that no two can deadlock. Each row is looked up by the primary
 * key, whatever statistics PostgreSQL has. If a condition matched the index of waiting or running
 * jobs, the planner might read that whole index for each row, including everything that has waited
 * or run since the last vacuum.
 */
public final class LockedJobs {

  private LockedJobs() {}

  /** Returns a condition that the status is one of these, written so that it matches no index. */
  public static Condition isIn(Field<JobStatus> status, Collection<JobStatus> statuses) {
    return DSL.or(
        statuses.stream()
            .map(each -> status.isNotDistinctFrom(inline(each, Tables.STATUS)))
            .toList());
  }

  /** Returns the part of the statement that lists the given values, in the order of their ids. */
  public static CommonTableExpression<?> given(UnnestedRows<?> rows, Field<UUID> id) {
    return name(rows.alias()).as(select(DSL.asterisk()).from(rows.table()).orderBy(id));
  }

  /**
   * Returns the part of the statement that locks the jobs that wait or run, and lists their ids.
   *
   * @param given {@link #given}
   * @param id the id in it
   * @param condition a further condition on the job
   */
  static CommonTableExpression<Record1<UUID>> locked(
      JobTables.Live j, Table<?> given, Field<UUID> id, Condition condition) {
    var one = select(j.id).from(j).where(j.id.eq(id).and(condition)).forNoKeyUpdate();
    return locked(given, one.asTable("one"));
  }

  /** Does the same without waiting: it skips rows that somebody else has locked. */
  public static CommonTableExpression<Record1<UUID>> free(
      JobTables.Live j, Table<?> given, Field<UUID> id, Condition condition) {
    var one = select(j.id).from(j).where(j.id.eq(id).and(condition)).forNoKeyUpdate().skipLocked();
    return locked(given, one.asTable("one"));
  }

  private static CommonTableExpression<Record1<UUID>> locked(Table<?> given, Table<?> one) {
    return name("locked")
        .fields("id")
        .as(select(DSL.field(name("one", "id"), UUID.class)).from(given, lateral(one)));
  }

  /**
   * Returns a statement that changes the jobs that wait or run and meet a condition.
   *
   * @param ids the jobs; there is at least one
   */
  public static UpdateConditionStep<Record> update(
      DSLContext dsl,
      JobTables.Live j,
      List<UUID> ids,
      Condition condition,
      Map<Field<?>, Field<?>> changes) {
    UnnestedRows<UUID> rows = new UnnestedRows<>("p", ids);
    Field<UUID> id = rows.column("id", SQLDataType.UUID, Function.identity());
    CommonTableExpression<?> given = given(rows, id);
    CommonTableExpression<Record1<UUID>> locked = locked(j, given, id, condition);
    return dsl.with(given)
        .with(locked)
        .update(j)
        .set(changes)
        .from(locked)
        .where(j.id.eq(locked.field("id", UUID.class)));
  }

  /**
   * Changes the jobs that wait or run and meet a condition, including what was submitted.
   *
   * @param ids the jobs; there is at least one
   * @param changes of the rows of {@code live_jobs}
   * @param dataChanges of the rows of {@code job_data}
   * @return the number of changed jobs
   */
  public static int updateWithData(
      DSLContext dsl,
      Tables tables,
      List<UUID> ids,
      Condition condition,
      Map<Field<?>, Field<?>> changes,
      Map<Field<?>, Field<?>> dataChanges) {
    JobTables.Live j = tables.live;
    JobTables.Data d = tables.data;
    UnnestedRows<UUID> rows = new UnnestedRows<>("p", ids);
    Field<UUID> id = rows.column("id", SQLDataType.UUID, Function.identity());
    CommonTableExpression<?> given = given(rows, id);
    CommonTableExpression<Record1<UUID>> locked = locked(j, given, id, condition);
    var changed =
        name("changed")
            .as(
                DSL.update(j)
                    .set(changes)
                    .from(locked)
                    .where(j.id.eq(locked.field("id", UUID.class)))
                    .returning(j.id, j.type));
    // Lists, because a planner without statistics may join by reading the whole table
    return dsl.with(given)
        .with(locked)
        .with(changed)
        .update(d)
        .set(dataChanges)
        .where(
            d.type
                .eq(
                    DSL.any(
                        DSL.array(
                            selectDistinct(SubqueryFields.of(changed, j.type)).from(changed))))
                .and(
                    d.id.eq(
                        DSL.any(
                            DSL.array(select(SubqueryFields.of(changed, j.id)).from(changed))))))
        .execute();
  }
}
