package dev.tenon.jobs.internal.flow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Name;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;

/**
 * Keeps the keys of jobs in step with the limits of their types, which may change while jobs wait
 * and run: jobs of limited types have a key and are not published, all others have none and are. A
 * job that another transaction is changing is skipped, and found the next time, so two statements
 * never wait for each other. Thread-safe.
 */
public final class LimitKeyStore {

  /** Claims do not look at what has expired, but their clocks may be a little behind. */
  private static final Duration FORGET_AFTER = Duration.ofMinutes(1);

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
   * Deletes starts that count for no rate any longer.
   *
   * @param leadership proof that the caller is the leader
   * @param limit the largest number of rows
   * @return the number of deleted rows
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public int forgetStarts(Leadership leadership, int limit) {
    Tables.LimitedStarts s = database.tables().limitedStarts;
    // By their places, so that no statistics can lead to a walk through the whole table. Nobody
    // else
    // changes rows that have expired.
    Field<?> place = DSL.field("ctid");
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl ->
            dsl.deleteFrom(s)
                .where(
                    DSL.condition(
                        "{0} = ANY (ARRAY({1}))",
                        place,
                        select(place)
                            .from(s)
                            .where(s.expiresAt.lt(Intervals.beforeNow(FORGET_AFTER.toMillis())))
                            .orderBy(s.expiresAt)
                            .limit(limit)))
                .execute());
  }
}
