package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.min;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.flow.BarredTypes;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.IndexOrder;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.store.WaitingJobs;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record3;
import dev.tenon.jobs.libraries.jooq.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the data of the health report about jobs and about the workers of all processes. The amount
 * of data is bounded, so the cost is the same at any backlog. Thread-safe.
 */
public final class HealthStore {

  /** The version of a type for workers that do not register the versions that they know. */
  public static final int ANY_VERSION = Integer.MAX_VALUE;

  /** The number of first jobs of a type and priority that are looked at. */
  private static final int MAX_OF_ONE_KIND = 20;

  /** The number of parked jobs that are looked at. */
  private static final int MAX_PARKED = 100;

  /** The number of jobs of each type with limits that are looked at. */
  private static final int MAX_LIMITED = 1_000;

  private static final String LIMITED_TYPES = "limited_types";

  private final Database database;

  /** The store of this database. */
  public HealthStore(Database database) {
    this.database = database;
  }

  /**
   * The job types that live workers handle.
   *
   * @param versions the names of the types, each with the newest version that a worker knows;
   *     {@link #ANY_VERSION} for workers in other languages, which only report it with each claim
   */
  public record Served(Map<String, Integer> versions) {

    /** Returns true if a worker handles jobs of this type, of any version. */
    public boolean runs(String type) {
      return versions.containsKey(type);
    }

    /** The newest version that workers know of a type that they handle. */
    public int newest(String type) {
      return versions.getOrDefault(type, 0);
    }
  }

  /**
   * The jobs of a version of a type that are due and wait for a worker.
   *
   * @param type the type
   * @param version the version that they were submitted with
   * @param waited the time that the oldest of them has been due
   */
  public record Waiting(String type, int version, Duration waited) {}

  /**
   * The job types that live workers handle, in any language. Quieted workers do not count.
   *
   * @param silence the time without a heartbeat that makes a worker count as lost
   */
  public Served served(Duration silence) {
    Tables.Workers w = database.tables().workers;
    Tables.WorkerGrants g = database.tables().workerGrants;
    Map<String, Integer> newest = new HashMap<>();
    Set<String> roles = new HashSet<>();
    for (Record3<String[], Integer[], String> worker :
        database
            .control()
            .select(w.types, w.versions, w.role)
            .from(w)
            .where(w.heartbeatAt.gt(Intervals.beforeNow(silence.toMillis())))
            .and(w.quietedAt.isNull())) {
      String[] types = worker.value1();
      Integer[] versions = worker.value2();
      String role = worker.value3();
      if (role != null) {
        roles.add(role);
      } else {
        for (int i = 0; i < types.length; i++) {
          newest.merge(types[i], versions[i], Math::max);
        }
      }
    }
    if (!roles.isEmpty()) {
      // A worker in another language reports its versions with each claim
      database
          .control()
          .select(g.type)
          .from(g)
          .where(g.role.in(roles))
          .forEach(granted -> newest.put(granted.value1(), ANY_VERSION));
    }
    return new Served(Map.copyOf(newest));
  }

  /**
   * The jobs that wait for a worker, by type and version, with the time that they have been due,
   * oldest first. Only the first few jobs of each type and priority are read: if no worker knows
   * their version, they stay the first ones. Some are also read of the jobs that workers have
   * parked because they do not know the type or the version, and of each type with limits. Jobs of
   * paused types are left out, because they wait for a person.
   */
  public List<Waiting> waiting() {
    JobTables.Live j = database.tables().live;
    Condition due = j.runAt.le(currentInstant());
    CommonTableExpression<?> types = WaitingJobs.types(j);
    UnnestedRows<JobPriority> priorities = new UnnestedRows<>("p", List.of(JobPriority.values()));
    var priority = priorities.column("priority", Tables.PRIORITY, Function.identity());
    var oldestOfOneKind =
        select(j.version, j.runAt)
            .from(j)
            .where(
                WaitingJobs.isAmong(j)
                    .and(j.type.eq(WaitingJobs.TYPE))
                    .and(j.priority.eq(priority))
                    .and(due))
            .orderBy(j.runAt, j.id)
            .limit(MAX_OF_ONE_KIND)
            .asTable("o");
    Condition isLimited = LimitedClaimStore.isLimitedAndWaiting(j);
    CommonTableExpression<?> limitedTypes =
        WaitingJobs.types(LIMITED_TYPES, j, LimitedClaimStore.isLimited(j));
    Field<String> limitedType = WaitingJobs.typeIn(LIMITED_TYPES);
    var someOfOneType =
        select(j.version, j.runAt)
            .from(j)
            .where(isLimited.and(j.type.eq(limitedType)))
            // As in the index
            .orderBy(j.limitKey, j.priority, j.runAt, j.id)
            .limit(MAX_LIMITED)
            .asTable("s");
    var limited =
        select(
                limitedType.as(j.type),
                SubqueryFields.of(someOfOneType, j.version),
                SubqueryFields.of(someOfOneType, j.runAt))
            .from(limitedTypes)
            .crossJoin(lateral(someOfOneType))
            .where(
                BarredTypes.isNotPaused(database.tables(), limitedType)
                    .and(SubqueryFields.of(someOfOneType, j.runAt).le(currentInstant())));
    var parked =
        select(j.type, j.version, j.runAt)
            .from(j)
            .where(
                WaitingJobs.isParked(j)
                    .and(BarredTypes.isNotPaused(database.tables(), j.type))
                    .and(due))
            .orderBy(j.type, j.version)
            .limit(MAX_PARKED);
    var all =
        select(
                WaitingJobs.TYPE.as(j.type),
                SubqueryFields.of(oldestOfOneKind, j.version),
                SubqueryFields.of(oldestOfOneKind, j.runAt))
            .from(types)
            .crossJoin(priorities.table())
            .crossJoin(lateral(oldestOfOneKind))
            .where(BarredTypes.isNotPaused(database.tables(), WaitingJobs.TYPE))
            .unionAll(limited)
            .unionAll(parked)
            .asTable("oldest");
    Field<String> type = SubqueryFields.of(all, j.type);
    Field<Integer> version = SubqueryFields.of(all, j.version);
    Field<Instant> since = min(SubqueryFields.of(all, j.runAt));
    return Database.inTransaction(
        database.control(),
        dsl -> {
          IndexOrder.prepare(dsl);
          return dsl.withRecursive(types, limitedTypes)
              .select(type, version, since, currentInstant())
              .from(all)
              .groupBy(type, version)
              .orderBy(since)
              .fetch(
                  Records.mapping(
                      (name, number, runAt, now) ->
                          new Waiting(name, number, Duration.between(runAt, now))));
        });
  }

  /**
   * A paused job type.
   *
   * @param type the type
   * @param since the time that it has been paused for
   * @param by the name of the actor who paused it
   * @param reason the reason
   */
  public record Paused(String type, Duration since, String by, String reason) {}

  /**
   * The paused job types, longest paused first.
   *
   * @param max the largest number of types
   */
  public List<Paused> paused(int max) {
    Tables.JobTypes t = database.tables().jobTypes;
    return database
        .control()
        .select(t.type, t.pausedAt, currentInstant(), t.pausedBy, t.pauseReason)
        .from(t)
        .where(t.pausedAt.isNotNull())
        .orderBy(t.pausedAt, t.type)
        .limit(max)
        .fetch(
            Records.mapping(
                (type, pausedAt, now, by, reason) ->
                    new Paused(type, Duration.between(pausedAt, now), by, reason)));
  }

  /**
   * A long transaction of somebody else that has changed or locked jobs.
   *
   * @param processId the id of the server's process
   * @param application the application name of the connection; may be empty
   * @param open the time that it has been open
   */
  public record OpenTransaction(int processId, String application, Duration open) {}

  /**
   * The open transactions of others that have changed or locked jobs: nobody can claim these jobs
   * until they end. Only transactions whose begin the user may see are found: those of the same
   * user, or all if it is a member of {@code pg_read_all_stats}.
   *
   * @param age the least time that they have been open
   * @param max the largest number of transactions, longest open first
   */
  public List<OpenTransaction> openTransactions(Duration age, int max) {
    return database
        .control()
        .resultQuery(
            """
            SELECT a.pid, coalesce(a.application_name, '') AS application, a.xact_start,
              current_timestamp AS now
            FROM pg_stat_activity a
            WHERE a.xact_start < {0} AND a.datname = current_database()
              AND a.pid <> pg_backend_pid()
              AND EXISTS (
                SELECT FROM pg_locks l
                WHERE l.pid = a.pid AND l.granted AND l.relation = {1}::regclass
                  AND l.mode IN ('RowShareLock', 'RowExclusiveLock'))
            ORDER BY a.xact_start
            LIMIT {2}
            """,
            Intervals.beforeNow(age.toMillis()),
            inline(database.tables().live.getQualifiedName().toString()),
            inline(max))
        .fetch(
            row ->
                new OpenTransaction(
                    row.get(0, Integer.class),
                    row.get(1, String.class),
                    Duration.between(row.get(2, Instant.class), row.get(3, Instant.class))));
  }

  /**
   * The number of jobs that failed recently and have not been retried since.
   *
   * @param window the longest time since they failed
   * @param max the largest count; counting stops there
   */
  public int failed(Duration window, int max) {
    JobTables.Ended j = database.tables().ended;
    return database
        .control()
        .fetchCount(
            selectOne()
                .from(j)
                .where(
                    j.status
                        .eq(inline(JobStatus.FAILED, Tables.STATUS))
                        .and(j.finishedAt.gt(Intervals.beforeNow(window.toMillis()))))
                .limit(max));
  }

  /**
   * The number of steps that are in doubt, and how much else handlers wait for.
   *
   * @param max the largest count; counting stops there
   */
  public StepPages.Figures steps(int max) {
    return new StepPages(database).figures(max);
  }
}
