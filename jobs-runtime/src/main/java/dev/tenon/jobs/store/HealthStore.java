package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.min;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record2;
import dev.tenon.jobs.libraries.jooq.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads what the health report says of jobs and of the workers of all processes. What it reads is
 * bounded, so that it costs the same at any backlog. Thread-safe.
 */
public final class HealthStore {

  /** How many of the jobs that were set back are looked at. */
  private static final int MAX_SET_BACK = 100;

  /** How many jobs of each type with limits are looked at. */
  private static final int MAX_LIMITED = 1_000;

  private static final String LIMITED_TYPES = "limited_types";

  private final Database database;

  /** The store of this database. */
  public HealthStore(Database database) {
    this.database = database;
  }

  /**
   * The job types that living workers run.
   *
   * @param names the names of the types
   * @param certain whether these are all; false while a worker lives whose types are not known,
   *     since an older version of Tenon has registered it
   */
  public record Served(Set<String> names, boolean certain) {}

  /**
   * The jobs of a type that are due and wait for a worker.
   *
   * @param type the type
   * @param waited how long the oldest of them has been due
   */
  public record Waiting(String type, Duration waited) {}

  /**
   * The job types that living workers run, in whatever language they are written.
   *
   * @param silence how long a worker must be silent to count as lost
   */
  public Served served(Duration silence) {
    Tables.Workers w = database.tables().workers;
    Tables.WorkerGrants g = database.tables().workerGrants;
    Set<String> names = new HashSet<>();
    Set<String> roles = new HashSet<>();
    boolean certain = true;
    for (Record2<String[], String> worker :
        database
            .control()
            .select(w.types, w.role)
            .from(w)
            .where(w.heartbeatAt.gt(Intervals.beforeNow(silence.toMillis())))) {
      String[] types = worker.value1();
      String role = worker.value2();
      if (role != null) {
        roles.add(role);
      } else if (types != null) {
        names.addAll(Arrays.asList(types));
      } else {
        certain = false;
      }
    }
    if (!roles.isEmpty()) {
      names.addAll(
          database.control().select(g.type).from(g).where(g.role.in(roles)).fetchSet(g.type));
    }
    return new Served(Set.copyOf(names), certain);
  }

  /**
   * How long jobs have been due that wait for a worker, by type, the oldest first. Of those that
   * workers have set back, since they do not know the type or the version, and of those of each
   * type with limits, some are looked at. Jobs of paused types wait for a person.
   */
  public List<Waiting> waiting() {
    Tables.Jobs j = database.tables().jobs;
    Condition due = j.runAt.le(currentInstant());
    CommonTableExpression<?> types = WaitingJobs.types(j);
    UnnestedRows<JobPriority> priorities = new UnnestedRows<>("p", List.of(JobPriority.values()));
    var priority = priorities.column("priority", Tables.PRIORITY, Function.identity());
    var oldestOfOneKind =
        select(j.runAt)
            .from(j)
            .where(
                WaitingJobs.isAmong(j)
                    .and(j.type.eq(WaitingJobs.TYPE))
                    .and(j.priority.eq(priority))
                    .and(due))
            .orderBy(j.runAt)
            .limit(1)
            .asTable("o");
    Condition isLimited = LimitedClaimStore.isLimitedAndWaiting(j);
    CommonTableExpression<?> limitedTypes = WaitingJobs.types(LIMITED_TYPES, j, isLimited);
    Field<String> limitedType = WaitingJobs.typeIn(LIMITED_TYPES);
    var someOfOneType =
        select(j.runAt)
            .from(j)
            .where(isLimited.and(j.type.eq(limitedType)))
            // As in the index
            .orderBy(j.limitKey, j.priority, j.runAt, j.id)
            .limit(MAX_LIMITED)
            .asTable("s");
    var limited =
        select(limitedType.as(j.type), Fields.of(someOfOneType, j.runAt))
            .from(limitedTypes)
            .crossJoin(lateral(someOfOneType))
            .where(
                BarredTypes.isNotPaused(database.tables(), limitedType)
                    .and(Fields.of(someOfOneType, j.runAt).le(currentInstant())));
    var setBack =
        select(j.type, j.runAt)
            .from(j)
            .where(
                j.status
                    .eq(inline(JobStatus.PENDING, Tables.STATUS))
                    .and(j.setBackAt.isNotNull())
                    .and(BarredTypes.isNotPaused(database.tables(), j.type))
                    .and(due))
            .limit(MAX_SET_BACK);
    var all =
        select(WaitingJobs.TYPE.as(j.type), Fields.of(oldestOfOneKind, j.runAt))
            .from(types)
            .crossJoin(priorities.table())
            .crossJoin(lateral(oldestOfOneKind))
            .where(BarredTypes.isNotPaused(database.tables(), WaitingJobs.TYPE))
            .unionAll(limited)
            .unionAll(setBack)
            .asTable("oldest");
    Field<String> type = Fields.of(all, j.type);
    Field<Instant> since = min(Fields.of(all, j.runAt));
    return database
        .control()
        .withRecursive(types, limitedTypes)
        .select(type, since, currentInstant())
        .from(all)
        .groupBy(type)
        .orderBy(since)
        .fetch(
            Records.mapping((name, runAt, now) -> new Waiting(name, Duration.between(runAt, now))));
  }

  /**
   * A job type that is paused.
   *
   * @param type the type
   * @param since how long it has been paused
   * @param by who has paused it
   * @param reason why
   */
  public record Paused(String type, Duration since, String by, String reason) {}

  /**
   * The job types that are paused, the first one first.
   *
   * @param max how many at most
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
   * How many jobs failed lately and have not been retried since.
   *
   * @param window how long ago at most
   * @param max counts no further
   */
  public int failed(Duration window, int max) {
    Tables.Jobs j = database.tables().jobs;
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
}
