package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.coalesce;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The settings that operators have made for the types of new jobs: a part of the statement that
 * records the jobs, read once for all of them.
 */
final class TypeSettings {

  private static final String TYPES = "set_types";
  private static final String LIMITED_TYPES = "set_limited_types";

  private final Tables.JobTypes t;
  private final Map<String, String[]> parameters;
  private final Field<Boolean> isGivenAsLimited;
  private final CommonTableExpression<?> table;

  TypeSettings(Tables.JobTypes t, List<NewJob> jobs) {
    this.t = t;
    this.parameters = parameters(jobs);
    this.table =
        name("set_for_type")
            .as(
                select(t.type, t.overridePriority, t.overrideMaxAttempts, t.isLimited)
                    .from(t)
                    .where(t.type.eq(DSL.any(parameter(TYPES)))));
    this.isGivenAsLimited =
        DSL.field(SubqueryFields.of(table, t.type).eq(DSL.any(parameter(LIMITED_TYPES))));
  }

  private Field<String[]> parameter(String name) {
    return DSL.param(name, parameters.get(name)).cast(SQLDataType.CLOB.array());
  }

  private static String[] types(Stream<NewJob> jobs) {
    return jobs.map(NewJob::type).distinct().toArray(String[]::new);
  }

  /**
   * Returns the values of the statement by the names of its parameters, for a {@link HotStatement}.
   */
  static Map<String, String[]> parameters(List<NewJob> jobs) {
    return Map.of(
        TYPES, types(jobs.stream()),
        LIMITED_TYPES, types(jobs.stream().filter(job -> !job.isPublished())));
  }

  /** Returns the part of the statement. */
  CommonTableExpression<?> table() {
    return table;
  }

  /**
   * Returns the priority of a job: the one that was set for it, otherwise the operator's, otherwise
   * the declared one.
   */
  Field<JobPriority> priority(
      Field<String> type, Field<Boolean> hasOwnPriority, Field<JobPriority> priority) {
    return DSL.when(DSL.condition(hasOwnPriority), priority)
        .otherwise(coalesce(set(type, t.overridePriority), priority));
  }

  /** Returns the maximum number of attempts of a job. */
  Field<Integer> maxAttempts(Field<String> type, Field<Integer> declared) {
    return coalesce(set(type, t.overrideMaxAttempts), declared);
  }

  /**
   * Returns the key that a job is limited by; null if it is not limited. For a type that is not in
   * the table, the declaration counts.
   */
  Field<String> limitKey(Field<String> type, Field<String> given) {
    Field<Boolean> isLimited = set(type, t.isLimited);
    return DSL.when(isLimited.isNull(), given)
        .when(DSL.condition(isLimited), coalesce(given, DSL.inline("")));
  }

  /**
   * Returns a subquery. A join might change the order of the rows, and with it the order of locks.
   */
  private <V> Field<V> set(Field<String> type, Field<V> column) {
    return DSL.field(
        select(SubqueryFields.of(table, column))
            .from(table)
            .where(SubqueryFields.of(table, t.type).eq(type)));
  }

  /** The type in {@link #table}. */
  Field<String> type() {
    return SubqueryFields.of(table, t.type);
  }

  /**
   * Returns whether jobs of the type in {@link #table} may be recorded with other values than
   * given.
   */
  Condition changesJobs() {
    return SubqueryFields.of(table, t.overridePriority)
        .isNotNull()
        .or(SubqueryFields.of(table, t.isLimited).ne(isGivenAsLimited));
  }
}
