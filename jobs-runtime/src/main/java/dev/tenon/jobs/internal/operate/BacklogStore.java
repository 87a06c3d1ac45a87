package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.count;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.listeners.FigureRecords;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.IndexOrder;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.store.WaitingJobs;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record5;
import dev.tenon.jobs.libraries.jooq.SelectLimitStep;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.listen.JobsFigures.OfType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads how many jobs are due and wait, and for how long. The cost depends on the number of types,
 * not on that of jobs: the index leads to the oldest job of each type and priority, and counting
 * stops at a limit. Thread-safe.
 */
public final class BacklogStore {

  private static final int MAX_TYPES = 1_000;
  private static final int MAX_COUNT = 10_000;

  /** The largest number of limit keys that are looked at, of all types together. */
  private static final int MAX_KEYS = 2_000;

  private static final Field<String> KEY_TYPE =
      DSL.field(name("waiting_keys", "type"), SQLDataType.CLOB);
  private static final Field<String> KEY =
      DSL.field(name("waiting_keys", "limit_key"), SQLDataType.CLOB);
  private static final Field<Integer> KEY_NUMBER =
      DSL.field(name("waiting_keys", "n"), SQLDataType.INTEGER);

  private final Database database;

  /** The store of this database. */
  public BacklogStore(Database database) {
    this.database = database;
  }

  /** The jobs that are due and wait for a worker, by type. */
  public List<OfType> read() {
    JobTables.Live j = database.tables().live;
    return Database.inTransaction(
        database.control(),
        dsl -> {
          IndexOrder.prepare(dsl);
          Map<String, OfType> byType = new TreeMap<>();
          unlimited(dsl, j).forEach(row -> add(byType, row));
          limited(dsl, j).forEach(row -> add(byType, row));
          limitedCounts(dsl, j)
              .forEach(
                  (type, n) ->
                      byType.computeIfPresent(
                          type,
                          (same, some) ->
                              new FigureRecords.OfType(
                                  type, some.routingKey(), some.count() + n, some.oldest())));
          return List.copyOf(byType.values());
        });
  }

  private static void add(
      Map<String, OfType> byType, Record5<String, String, Instant, Instant, Integer> row) {
    if (byType.size() >= MAX_TYPES && !byType.containsKey(row.value1())) {
      return;
    }
    Duration oldest = Duration.between(row.value3(), row.value4());
    byType.merge(
        row.value1(),
        new FigureRecords.OfType(row.value1(), row.value2(), row.value5(), oldest),
        (one, other) -> {
          OfType older = one.oldest().compareTo(other.oldest()) >= 0 ? one : other;
          return new FigureRecords.OfType(
              one.type(), older.routingKey(), one.count() + other.count(), older.oldest());
        });
  }

  private static List<Record5<String, String, Instant, Instant, Integer>> unlimited(
      DSLContext dsl, JobTables.Live j) {
    CommonTableExpression<?> types = WaitingJobs.types(j);
    var priorities = new UnnestedRows<>("p", List.of(JobPriority.values()));
    var priority = priorities.column("priority", Tables.PRIORITY, Function.identity());
    Condition isOne =
        WaitingJobs.isAmong(j)
            .and(j.type.eq(WaitingJobs.TYPE))
            .and(j.priority.eq(priority))
            .and(j.runAt.le(currentInstant()));
    Table<?> oldest = oldest(j, isOne);
    Table<?> counted = counted(select(j.id).from(j).where(isOne).orderBy(j.runAt, j.id));
    return dsl.withRecursive(types)
        .select(
            WaitingJobs.TYPE,
            SubqueryFields.of(oldest, j.routingKey),
            SubqueryFields.of(oldest, j.runAt),
            currentInstant(),
            number(counted))
        .from(types)
        .crossJoin(priorities.table())
        .crossJoin(lateral(oldest))
        .crossJoin(lateral(counted))
        .limit(MAX_TYPES * JobPriority.values().length)
        .fetch();
  }

  /**
   * The oldest jobs with limits. Their index has the keys between type and priority. The jobs of a
   * type are counted separately.
   */
  private static List<Record5<String, String, Instant, Instant, Integer>> limited(
      DSLContext dsl, JobTables.Live j) {
    Condition isAmong = LimitedClaimStore.isLimitedAndWaiting(j);
    CommonTableExpression<?> keys = keys(j, LimitedClaimStore.isLimited(j));
    var priorities = new UnnestedRows<>("p", List.of(JobPriority.values()));
    var priority = priorities.column("priority", Tables.PRIORITY, Function.identity());
    Table<?> oldest =
        oldest(
            j,
            isAmong
                .and(j.type.eq(KEY_TYPE))
                .and(j.limitKey.eq(KEY))
                .and(j.priority.eq(priority))
                .and(j.runAt.le(currentInstant())));
    return dsl.withRecursive(keys)
        .select(
            KEY_TYPE,
            SubqueryFields.of(oldest, j.routingKey),
            SubqueryFields.of(oldest, j.runAt),
            currentInstant(),
            DSL.inline(0))
        .from(keys)
        .crossJoin(priorities.table())
        .crossJoin(lateral(oldest))
        .fetch();
  }

  /**
   * The types and keys of waiting and running jobs: jumps in the index from each one to the next.
   */
  private static CommonTableExpression<?> keys(JobTables.Live j, Condition isAmong) {
    var first =
        select(j.type, j.limitKey).from(j).where(isAmong).orderBy(j.type, j.limitKey).limit(1);
    var next =
        select(j.type, j.limitKey)
            .from(j)
            .where(isAmong.and(DSL.row(j.type, j.limitKey).gt(KEY_TYPE, KEY)))
            .orderBy(j.type, j.limitKey)
            .limit(1)
            .asTable("next");
    var start = first.asTable("start");
    return name("waiting_keys")
        .fields("type", "limit_key", "n")
        .as(
            select(
                    SubqueryFields.of(start, j.type),
                    SubqueryFields.of(start, j.limitKey),
                    DSL.inline(1))
                .from(start)
                .unionAll(
                    select(
                            SubqueryFields.of(next, j.type),
                            SubqueryFields.of(next, j.limitKey),
                            KEY_NUMBER.plus(1))
                        .from(DSL.table(name("waiting_keys")))
                        .crossJoin(lateral(next))
                        .where(KEY_NUMBER.lt(MAX_KEYS))));
  }

  private static Map<String, Integer> limitedCounts(DSLContext dsl, JobTables.Live j) {
    Condition isAmong = LimitedClaimStore.isLimitedAndWaiting(j);
    CommonTableExpression<?> types = WaitingJobs.types(j, LimitedClaimStore.isLimited(j));
    Table<?> counted =
        counted(
            select(j.id)
                .from(j)
                .where(isAmong.and(j.type.eq(WaitingJobs.TYPE)).and(j.runAt.le(currentInstant())))
                .orderBy(j.limitKey, j.priority, j.runAt, j.id));
    return dsl.withRecursive(types)
        .select(WaitingJobs.TYPE, number(counted))
        .from(types)
        .crossJoin(lateral(counted))
        // The last step through the index finds none
        .where(WaitingJobs.TYPE.isNotNull())
        .limit(MAX_TYPES)
        .fetchMap(WaitingJobs.TYPE, number(counted));
  }

  private static Table<?> oldest(JobTables.Live j, Condition isOne) {
    return select(j.runAt, j.routingKey)
        .from(j)
        .where(isOne)
        .orderBy(j.runAt, j.id)
        .limit(1)
        .asTable("oldest");
  }

  private static Table<?> counted(SelectLimitStep<?> some) {
    return select(count().as("n")).from(some.limit(MAX_COUNT).asTable("some")).asTable("counted");
  }

  private static Field<Integer> number(Table<?> counted) {
    return DSL.field(name(counted.getName(), "n"), SQLDataType.INTEGER);
  }
}
