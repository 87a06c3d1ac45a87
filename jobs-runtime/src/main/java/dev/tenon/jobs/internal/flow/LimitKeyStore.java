package dev.tenon.jobs.internal.flow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Name;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;

/**
 * Keeps the keys of jobs in step with the limits of their types, which may change while jobs wait
 * and run: jobs of limited types have a key and are not published, all others have none and are. A
 * job that another transaction is changing is skipped, and found the next time, so two statements
 * never wait for each other. Thread-safe.
 */
public final class LimitKeyStore {

  private final Database database;

  /** The store of this database. */
  public LimitKeyStore(Database database) {
    this.database = database;
  }

  /**
   * Changes some of the jobs whose keys do not fit the limits of their types. Any process may call
   * it, so that a change of limits does not wait for the leader.
   *
   * @param limit the maximum number of jobs to change of each kind: those that get a key, and those
   *     that lose it
   * @return the number of changed jobs; less than the limit if there are no more
   */
  public int adjust(int limit) {
    return adjust(database.dsl(), limit);
  }

  /**
   * Does the same as the leader.
   *
   * @param leadership proof that the caller is the leader
   * @param limit the maximum number of jobs to change of each kind: those that get a key, and those
   *     that lose it
   * @return the number of changed jobs of the kind that had most
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public int adjust(Leadership leadership, int limit) {
    return LeaderStore.asLeader(database, leadership, dsl -> adjust(dsl, limit));
  }

  /**
   * Returns true if any type is limited, or any waiting or running job has a key; if not, there is
   * nothing to adjust.
   */
  public boolean hasLimits() {
    return database
        .control()
        .select(DSL.field("{0}()", SQLDataType.BOOLEAN, function("has_limits")))
        .fetchSingle()
        .value1();
  }

  private int adjust(DSLContext dsl, int limit) {
    return dsl.select(
            DSL.field(
                "{0}({1})", SQLDataType.INTEGER, function("adjust_limit_keys"), DSL.val(limit)))
        .fetchSingle()
        .value1();
  }

  private Name function(String name) {
    return name(database.tables().live.getSchema().getQualifiedName(), name(name));
  }

  /**
   * Deletes the times of keys whose rate has had room for a long time: no row means the same.
   *
   * @param leadership proof that the caller is the leader
   * @param age the least time since the next job of the key might have started
   * @param limit the largest number of rows
   * @return the number of deleted rows
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public int forgetKeys(Leadership leadership, Duration age, int limit) {
    Tables.LimitKeys k = database.tables().limitKeys;
    CommonTableExpression<?> old =
        name("old")
            .fields("type", "limit_key")
            .as(
                select(k.type, k.limitKey)
                    .from(k)
                    .where(k.nextStartAt.lt(Intervals.beforeNow(age.toMillis())))
                    .orderBy(k.nextStartAt)
                    .limit(limit)
                    .forUpdate()
                    .skipLocked());
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl ->
            dsl.with(old)
                .delete(k)
                .using(old)
                .where(
                    k.type
                        .eq(DSL.field(name("old", "type"), SQLDataType.CLOB))
                        .and(k.limitKey.eq(DSL.field(name("old", "limit_key"), SQLDataType.CLOB))))
                .execute());
  }

  /**
   * Resets the times of keys that are further ahead than a full burst at the current rate can have
   * moved them, because the rate was lower or the database's clock has jumped. Claims do the same
   * with the time of the whole type.
   *
   * @param leadership proof that the caller is the leader
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public void bringTimesBack(Leadership leadership) {
    Tables.LimitKeys k = database.tables().limitKeys;
    Tables.JobTypes t = database.tables().jobTypes;
    Field<Integer> rate =
        DSL.coalesce(t.overrideRateLimitPerMinutePerKey, t.rateLimitPerMinutePerKey);
    Field<Long> burstMillis =
        StartRate.burst(rate).cast(SQLDataType.BIGINT).mul(inline(60_000)).div(DSL.nullif(rate, 0));
    Field<Instant> latest = Intervals.after(currentInstant(), burstMillis);
    CommonTableExpression<?> ahead =
        name("ahead")
            .fields("type", "limit_key", "latest")
            .as(
                select(k.type, k.limitKey, latest)
                    .from(k)
                    .join(t)
                    .on(t.type.eq(k.type))
                    .where(k.nextStartAt.gt(currentInstant()).and(k.nextStartAt.gt(latest)))
                    // This waits for no locks, so claims and this statement never wait for each
                    // other
                    .forUpdate()
                    .of(k)
                    .skipLocked());
    LeaderStore.asLeader(
        database,
        leadership,
        dsl ->
            dsl.with(ahead)
                .update(k)
                .set(k.nextStartAt, DSL.field(name("ahead", "latest"), SQLDataType.INSTANT))
                .from(ahead)
                .where(
                    k.type
                        .eq(DSL.field(name("ahead", "type"), SQLDataType.CLOB))
                        .and(
                            k.limitKey.eq(DSL.field(name("ahead", "limit_key"), SQLDataType.CLOB))))
                .execute());
  }
}
