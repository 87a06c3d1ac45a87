package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.val;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Keeps the keys of jobs in step with the limits of their types, which may change while jobs wait
 * and run: jobs of limited types have a key and are not published, all others have none and are. A
 * job that somebody else is changing is passed over, and found the next time; so no two statements
 * can wait for each other. Thread-safe.
 */
public final class LimitKeyStore {

  private final Database database;

  /** The store of this database. */
  public LimitKeyStore(Database database) {
    this.database = database;
  }

  /**
   * Changes some of the jobs whose keys do not fit the limits of their types, wherever it is
   * called: whoever has changed the limits does not wait for the leader.
   *
   * @param limit how many of each kind at most
   * @return how many were changed; less than the limit if there are no more
   */
  public int adjust(int limit) {
    return adjust(database.dsl(), limit);
  }

  /**
   * The same as the leader.
   *
   * @param leadership proof that the caller leads
   * @param limit how many of each kind at most
   * @return how many were changed of the kind of which it was most
   * @throws LeadershipLostException if the caller no longer leads
   */
  public int adjust(Leadership leadership, int limit) {
    return LeaderStore.asLeader(database, leadership, dsl -> adjust(dsl, limit));
  }

  /**
   * Whether any type is limited, or any job that waits or runs has a key; if not, there is nothing
   * to adjust.
   */
  public boolean hasLimits() {
    Tables.Jobs j = database.tables().jobs;
    Tables.JobTypes t = database.tables().jobTypes;
    // The first of each in its index: as conditions, the planner may read the tables
    var type = select(t.type).from(t).where(DSL.condition(t.isLimited)).limit(1);
    var waits =
        select(j.type)
            .from(j)
            .where(LimitedClaimStore.isLimitedAndWaiting(j))
            .orderBy(j.type)
            .limit(1);
    var runs =
        select(j.type)
            .from(j)
            .where(
                j.status.eq(inline(JobStatus.RUNNING, Tables.STATUS)).and(j.limitKey.isNotNull()))
            .orderBy(j.type)
            .limit(1);
    return database
            .control()
            .select(DSL.coalesce(DSL.field(type), DSL.field(waits), DSL.field(runs)))
            .fetchSingle()
            .value1()
        != null;
  }

  private int adjust(DSLContext dsl, int limit) {
    // First what runs, which counts
    int most = countRunning(dsl, limit);
    most = Math.max(most, adoptWaiting(dsl, WaitingKind.NOT_SET_BACK, limit));
    most = Math.max(most, adoptWaiting(dsl, WaitingKind.SET_BACK, limit));
    most = Math.max(most, release(dsl, true, limit));
    return Math.max(most, release(dsl, false, limit));
  }

  /** By which index jobs without keys that wait are found. */
  private enum WaitingKind {
    NOT_SET_BACK,
    SET_BACK
  }

  /** The names of limited types, a row for each. */
  private Table<Record1<String>> limitedNames() {
    Tables.JobTypes t = database.tables().jobTypes;
    return select(BarredTypes.eachName(t).as("name"))
        .from(t)
        .where(DSL.condition(t.isLimited))
        .asTable("limited");
  }

  private static Field<String> nameIn(Table<?> names) {
    return DSL.field(name(names.getName(), "name"), SQLDataType.CLOB);
  }

  private int countRunning(DSLContext dsl, int limit) {
    Tables.Jobs j = database.tables().jobs;
    Table<Record1<String>> names = limitedNames();
    // By the index of what runs: with the type in the same condition, the planner may prefer to
    // read
    // all jobs of the type, among them those that have ended
    CommonTableExpression<?> running =
        name("running")
            .asMaterialized(
                select(j.id, j.type)
                    .from(j)
                    .where(
                        j.status
                            .eq(inline(JobStatus.RUNNING, Tables.STATUS))
                            .and(j.limitKey.isNull())));
    var one =
        select(j.id)
            .from(j)
            .where(
                j.id
                    .eq(Fields.of(running, j.id))
                    .and(LockedJobs.isIn(j.status, List.of(JobStatus.RUNNING)))
                    .and(j.limitKey.isNull()))
            .forNoKeyUpdate()
            .skipLocked();
    CommonTableExpression<?> locked =
        name("locked")
            .fields("id")
            .as(
                select(DSL.field(name("one", "id"), SQLDataType.UUID))
                    .from(running, lateral(one.asTable("one")))
                    .where(Fields.of(running, j.type).in(select(nameIn(names)).from(names)))
                    .limit(limit));
    return dsl.with(running)
        .with(locked)
        .update(j)
        .set(j.limitKey, "")
        .from(locked)
        .where(isLocked(j, locked))
        .execute();
  }

  /** The lease goes up, so that a pointer that is being published does not count any more. */
  private int adoptWaiting(DSLContext dsl, WaitingKind kind, int limit) {
    Tables.Jobs j = database.tables().jobs;
    Table<Record1<String>> names = limitedNames();
    boolean isSetBack = kind == WaitingKind.SET_BACK;
    Condition waits =
        isSetBack
            ? j.status
                .eq(inline(JobStatus.PENDING, Tables.STATUS))
                .and(j.setBackAt.isNotNull())
                .and(j.limitKey.isNull())
            : WaitingJobs.isAmong(j);
    CommonTableExpression<?> locked =
        lockedOfEach(
            names,
            select(j.id)
                .from(j)
                .where(waits.and(j.type.eq(nameIn(names))))
                // The order of the index, or the planner may read all jobs of the type
                .orderBy(isSetBack ? List.of(j.version) : List.of(j.priority, j.runAt, j.id))
                .limit(limit)
                .forNoKeyUpdate()
                .skipLocked(),
            limit);
    return dsl.with(locked)
        .update(j)
        .set(j.status, JobStatus.PENDING)
        .set(j.limitKey, "")
        .set(j.lease, j.lease.plus(1))
        .setNull(j.setBackAt)
        .from(locked)
        .where(isLocked(j, locked))
        .execute();
  }

  private static CommonTableExpression<?> lockedOfEach(
      Table<?> names, Select<Record1<UUID>> ofOneName, int limit) {
    return name("locked")
        .fields("id")
        .as(
            select(DSL.field(name("one", "id"), SQLDataType.UUID))
                .from(names, lateral(ofOneName.asTable("one")))
                .limit(limit));
  }

  private static Condition isLocked(Tables.Jobs j, CommonTableExpression<?> locked) {
    return j.id.eq(DSL.field(name(locked.getName(), "id"), SQLDataType.UUID));
  }

  /** Jobs of types that are no longer limited: those that wait are published again. */
  private int release(DSLContext dsl, boolean waiting, int limit) {
    Tables.Jobs j = database.tables().jobs;
    Tables.JobTypes t = database.tables().jobTypes;
    Table<Record1<String>> names =
        select(BarredTypes.eachName(t).as("name"))
            .from(t)
            .where(DSL.condition(t.isLimited).not())
            .asTable("free");
    Table<Record1<String>> limited = limitedNames();
    Condition status =
        waiting
            ? j.status.in(
                StatusChange.ADOPT.from().stream().map(s -> inline(s, Tables.STATUS)).toList())
            : j.status.eq(inline(JobStatus.RUNNING, Tables.STATUS));
    var ofOneName =
        select(j.id)
            .from(j)
            .where(
                status
                    .and(j.limitKey.isNotNull())
                    .and(j.type.eq(nameIn(names)))
                    // Another type may have this one's name as an alias
                    .and(j.type.notIn(select(nameIn(limited)).from(limited))))
            .orderBy(waiting ? List.of(j.limitKey, j.priority, j.runAt, j.id) : List.of(j.limitKey))
            .limit(limit)
            .forNoKeyUpdate()
            .of(j)
            .skipLocked();
    CommonTableExpression<?> locked = lockedOfEach(names, ofOneName, limit);
    var update =
        dsl.with(locked)
            .update(j)
            .set(j.status, waiting ? val(JobStatus.PENDING, j.status) : j.status)
            .setNull(j.limitKey)
            .set(j.publishAt, waiting ? DSL.greatest(j.runAt, currentInstant()) : j.publishAt);
    return update.from(locked).where(isLocked(j, locked)).execute();
  }

  /**
   * Deletes the times of keys whose rate has had room for long: no row means the same.
   *
   * @param leadership proof that the caller leads
   * @param age how long ago the next job of the key might have started, at least
   * @param limit how many at most
   * @return how many were deleted
   * @throws LeadershipLostException if the caller no longer leads
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
   * Brings back the times of keys that are further ahead than a full burst at the present rate can
   * have put them: the rate was lower then, or the database's clock has jumped. Claims do the same
   * with the time of the whole type.
   *
   * @param leadership proof that the caller leads
   * @throws LeadershipLostException if the caller no longer leads
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
                    // Nobody is waited for here, so that claims and this never wait for each other
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
