package dev.tenon.jobs.internal.schedule;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.coalesce;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.BacklogGate;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Submits the jobs of schedules, each in one transaction with the change of the last and the next
 * run in the row of its schedule. Thread-safe.
 */
public final class ScheduledRunStore {

  /**
   * The longest wait for a lock: another transaction that has locked a row must not delay all other
   * schedules.
   */
  private static final Duration MAX_LOCK_WAIT = Duration.ofSeconds(1);

  private final Database database;
  private final BacklogGate gate;

  /** The store of this database. */
  public ScheduledRunStore(Database database) {
    this.database = database;
    this.gate = new BacklogGate(database);
  }

  /**
   * The due runs of a schedule.
   *
   * @param times their times, oldest first
   * @param next the time of the first run that is not due yet; null if the schedule ends before it
   * @param tooLate the time of the newest run that is due, but too late; null if none is
   */
  public record DueRuns(List<Instant> times, @Nullable Instant next, @Nullable Instant tooLate) {}

  /**
   * The result for due runs.
   *
   * @param submitted the jobs, as they were recorded
   * @param leftOut the number of runs that were skipped because an earlier one had not ended
   * @param cancelRequested the running jobs to cancel
   * @param refusal the reason why no job was submitted though a run was due; null if there is none
   */
  public record Fired(
      List<NewJob> submitted, int leftOut, List<UUID> cancelRequested, @Nullable String refusal) {}

  /** A factory of the job of a run. */
  @FunctionalInterface
  public interface RunToJob {

    /**
     * Makes the job of a run.
     *
     * @param schedule the schedule
     * @param time the time of the run
     */
    NewJob job(LockedSchedule schedule, Instant time);
  }

  /**
   * Submits jobs of a schedule by hand.
   *
   * @param jobs makes the jobs
   * @param isLastRun true if the first of them becomes the last run of the schedule
   * @param change writes the entry of the audit
   * @return the jobs as they were recorded; empty if the schedule does not exist
   */
  public Optional<List<NewJob>> submit(
      String name,
      Function<LockedSchedule, List<NewJob>> jobs,
      boolean isLastRun,
      ChangeByHand change) {
    Tables.Schedules s = database.tables().schedules;
    return change.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl ->
            lock(dsl, ScheduleStore.isThere(s, name))
                .map(
                    locked -> {
                      List<NewJob> recorded = record(dsl, name, jobs.apply(locked));
                      if (isLastRun) {
                        UUID last = recorded.get(0).id();
                        var update =
                            dsl.update(s).set(s.lastRunAt, locked.now()).set(s.lastJobId, last);
                        if (locked.timing() instanceof Timing.FixedDelay) {
                          update = update.setNull(s.nextRunAt).set(s.awaitedJobId, last);
                        }
                        update.where(s.name.eq(name)).execute();
                      }
                      if (!recorded.isEmpty()) {
                        change.record(dsl, database.tables(), describe(recorded));
                      }
                      return recorded;
                    }));
  }

  private static String describe(List<NewJob> recorded) {
    return recorded.size() == 1
        ? "job " + recorded.get(0).id() + " is submitted"
        : recorded.size() + " jobs are submitted";
  }

  private List<NewJob> record(DSLContext dsl, String name, List<NewJob> jobs) {
    if (jobs.isEmpty()) {
      return List.of();
    }
    return SubmitStore.insertScheduled(database, dsl, name, jobs);
  }

  /**
   * The names of schedules with something to do: a run is due, a run that has waited for an earlier
   * one may start, or the time of the next run can be counted from the end of the last one.
   */
  public List<String> due() {
    Tables.Schedules s = database.tables().schedules;
    return database
        .control()
        .select(s.name)
        .from(s)
        .where(isDue(s, database.tables().live))
        .orderBy(s.nextRunAt)
        .fetch(s.name);
  }

  /**
   * The next run of a schedule that is not paused, as in its row.
   *
   * @param timing the times of its runs
   * @param nextRunAt the time of the next run, or the end of the schedule if there is none before
   *     it
   * @param now the time by the database's clock
   */
  public record Planned(String name, Timing timing, Instant nextRunAt, Instant now) {}

  /** All schedules that are not paused and not due, and have not reached their end. */
  public List<Planned> planned() {
    Tables.Schedules s = database.tables().schedules;
    Field<Instant> now = currentInstant().as("now");
    return database
        .control()
        .select(s.name, s.cron, s.zone, s.delayMillis, s.nextRunAt, s.endsAt, now)
        .from(s)
        .where(s.pausedAt.isNull().and(nextOrEnd(s).gt(currentInstant())))
        .orderBy(s.name)
        .fetch(
            row ->
                new Planned(
                    row.get(s.name),
                    ScheduleRows.timing(s, row),
                    Optional.ofNullable(row.get(s.nextRunAt)).orElseGet(() -> row.get(s.endsAt)),
                    row.get(now)));
  }

  /** The next run, or the end if there is none before it; null while a run is awaited. */
  private static Field<Instant> nextOrEnd(Tables.Schedules s) {
    return coalesce(s.nextRunAt, when(s.awaitedJobId.isNull(), s.endsAt));
  }

  /**
   * Brings the next run of a schedule forward, unless somebody has changed the schedule meanwhile.
   *
   * @param leadership proof that the caller is the leader
   * @param planned the schedule as it was found
   * @param next the time of the next run
   * @return true if it was changed
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public boolean bringForward(Leadership leadership, Planned planned, Instant next) {
    Tables.Schedules s = database.tables().schedules;
    return LeaderStore.asLeader(
            database,
            leadership,
            dsl ->
                dsl.update(s)
                    .set(s.nextRunAt, next)
                    .where(
                        s.name
                            .eq(planned.name())
                            .and(hasTiming(s, planned.timing()))
                            .and(nextOrEnd(s).eq(planned.nextRunAt()))
                            .and(s.endsAt.isNull().or(s.endsAt.gt(next)))
                            .and(s.pausedAt.isNull()))
                    .execute())
        > 0;
  }

  private static Condition hasTiming(Tables.Schedules s, Timing timing) {
    return timing instanceof Timing.Cron cron
        ? s.cron.eq(cron.expression()).and(s.zone.eq(cron.zone()))
        : s.delayMillis.eq(((Timing.FixedDelay) timing).delay().toMillis());
  }

  /** A condition that the schedule has something to do. */
  public static Condition isDue(Tables.Schedules s, JobTables.Live j) {
    return s.pausedAt
        .isNull()
        .and(
            s.nextRunAt
                .le(currentInstant())
                .or(s.waitingRunAt.isNotNull().and(hasUnended(j, s.name).not()))
                .or(hasAwaitedEnded(s, j))
                .or(hasUnexpectedRun(s, j)));
  }

  /**
   * A condition that the awaited run has ended, or its job was deleted. It is written so that
   * PostgreSQL looks up the job by its id, for one schedule after another.
   */
  private static Condition hasAwaitedEnded(Tables.Schedules s, JobTables.Live j) {
    Field<Boolean> isUnended =
        DSL.field(select(inline(true)).from(j).where(j.id.eq(s.awaitedJobId)));
    return s.awaitedJobId.isNotNull().and(coalesce(isUnended, inline(false)).isFalse());
  }

  /** A condition that an operator has retried a job of a schedule with a fixed delay. */
  private static Condition hasUnexpectedRun(Tables.Schedules s, JobTables.Live j) {
    return s.delayMillis.isNotNull().and(s.nextRunAt.isNotNull()).and(hasUnended(j, s.name));
  }

  private static Condition hasUnended(JobTables.Live j, Field<String> name) {
    return DSL.field(
            select(j.schedule).from(j).where(isUnendedFrom(j, name)).orderBy(j.schedule).limit(1))
        .isNotDistinctFrom(name);
  }

  /**
   * A condition for the jobs that have not ended of a schedule and of those with later names. If
   * any job belongs to the schedule, the first one in the index does. With a single name in the
   * condition, the planner might read the table if it expects many jobs.
   */
  private static Condition isUnendedFrom(JobTables.Live j, Field<String> name) {
    return j.schedule.ge(name);
  }

  /** A job of a schedule that has not ended. */
  private Optional<UUID> unended(DSLContext dsl, String name) {
    JobTables.Live j = database.tables().live;
    return dsl.select(j.id, j.schedule)
        .from(j)
        .where(isUnendedFrom(j, DSL.val(name)))
        .orderBy(j.schedule)
        .limit(1)
        .fetchOptional()
        .filter(row -> name.equals(row.get(j.schedule)))
        .map(row -> row.get(j.id));
  }

  private Optional<LockedSchedule> lock(DSLContext dsl, Condition condition) {
    return LockedSchedule.lock(dsl, database.tables(), condition).stream().findFirst();
  }

  /**
   * Submits the jobs of a schedule's due runs, as far as its policy for overlapping runs allows,
   * and moves it on to its next run: all in one transaction, or nothing. With a fixed delay, it may
   * only find out when the next run is due.
   *
   * @param leadership proof that the caller is the leader
   * @param plan decides which runs of a cron expression are due
   * @param job makes the job of a run
   * @return the result for the runs; empty if the schedule no longer has anything to do
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public Optional<Fired> fire(
      Leadership leadership, String name, Function<LockedSchedule, DueRuns> plan, RunToJob job) {
    Tables.Schedules s = database.tables().schedules;
    try (BacklogGate.Room room = gate.open()) {
      Optional<Fired> fired =
          LeaderStore.asLeader(
              database,
              leadership,
              dsl -> {
                Database.limitLockWait(dsl, MAX_LOCK_WAIT);
                return lock(dsl, s.name.eq(name).and(isDue(s, database.tables().live)))
                    .map(
                        locked ->
                            locked.timing() instanceof Timing.FixedDelay fixed
                                ? fire(dsl, locked, fixed, job, room)
                                : fire(dsl, locked, plan.apply(locked), job, room));
              });
      fired.ifPresent(result -> room.keep(result.submitted()));
      return fired;
    }
  }

  private Fired fire(
      DSLContext dsl,
      LockedSchedule locked,
      Timing.FixedDelay timing,
      RunToJob toJob,
      BacklogGate.Room room) {
    Tables.Schedules s = database.tables().schedules;
    JobTables.Ended e = database.tables().ended;
    Instant endedAt =
        locked.awaitedJobId() == null
            ? null
            : dsl.select(e.finishedAt)
                .from(e)
                .where(e.id.eq(locked.awaitedJobId()))
                .fetchOne(e.finishedAt);
    DelayedRun run =
        DelayedRun.of(locked, timing, unended(dsl, locked.name()).orElse(null), endedAt);
    List<NewJob> jobs =
        run.submitted() == null ? List.of() : List.of(toJob.job(locked, run.submitted()));
    String refusal = refusal(room, dsl, jobs);
    if (refusal != null) {
      dsl.update(s)
          .set(s.nextRunAt, locked.now().plus(timing.delay()))
          .setNull(s.awaitedJobId)
          .set(s.leftOutAt, run.submitted())
          .set(s.error, refusal)
          .where(s.name.eq(locked.name()))
          .execute();
      return new Fired(List.of(), 0, List.of(), refusal);
    }
    List<NewJob> recorded = record(dsl, locked.name(), jobs);
    UUID awaited = jobs.isEmpty() ? run.awaited() : jobs.get(0).id();
    var update =
        dsl.update(s).set(s.nextRunAt, run.next()).set(s.awaitedJobId, awaited).setNull(s.error);
    if (!jobs.isEmpty()) {
      update = update.set(s.lastRunAt, run.submitted()).set(s.lastJobId, awaited);
    }
    update.where(s.name.eq(locked.name())).execute();
    return new Fired(recorded, 0, List.of(), null);
  }

  /** The error of a schedule whose runs are left out because too many jobs wait. */
  public static String refusal(BacklogFullException full) {
    return "The runs that were due are left out. " + full.getMessage();
  }

  /** The reason why these jobs of a schedule cannot be submitted; null if they can. */
  private static @Nullable String refusal(
      BacklogGate.Room room, DSLContext dsl, List<NewJob> jobs) {
    try {
      room.take(dsl, jobs);
      return null;
    } catch (BacklogFullException e) {
      return refusal(e);
    }
  }

  private Fired fire(
      DSLContext dsl, LockedSchedule locked, DueRuns due, RunToJob toJob, BacklogGate.Room room) {
    Tables.Schedules s = database.tables().schedules;
    boolean isBusy =
        locked.overlap() != OverlapPolicy.ALLOW && unended(dsl, locked.name()).isPresent();
    OverlappingRuns runs =
        OverlappingRuns.of(locked.overlap(), due.times(), locked.waitingRunAt(), isBusy);
    List<NewJob> jobs = runs.submitted().stream().map(time -> toJob.job(locked, time)).toList();
    String refusal = refusal(room, dsl, jobs);
    if (refusal != null) {
      dsl.update(s)
          .set(s.nextRunAt, due.next())
          .setNull(s.waitingRunAt)
          .set(s.leftOutAt, runs.submitted().get(jobs.size() - 1))
          .set(s.error, refusal)
          .where(s.name.eq(locked.name()))
          .execute();
      return new Fired(List.of(), runs.leftOut().size(), List.of(), refusal);
    }
    List<UUID> cancelRequested =
        locked.overlap() == OverlapPolicy.CANCEL_RUNNING && isBusy && !jobs.isEmpty()
            ? cancel(dsl, locked.name(), jobs)
            : List.of();
    List<NewJob> recorded = record(dsl, locked.name(), jobs);
    var update =
        dsl.update(s)
            .set(s.nextRunAt, due.next())
            .set(s.waitingRunAt, runs.waiting())
            .setNull(s.error);
    if (!jobs.isEmpty()) {
      int last = jobs.size() - 1;
      update =
          update.set(s.lastRunAt, runs.submitted().get(last)).set(s.lastJobId, jobs.get(last).id());
    }
    Instant leftOutAt =
        runs.leftOut().isEmpty() ? due.tooLate() : runs.leftOut().get(runs.leftOut().size() - 1);
    if (leftOutAt != null) {
      update = update.set(s.leftOutAt, leftOutAt);
    }
    update.where(s.name.eq(locked.name())).execute();
    return new Fired(recorded, runs.leftOut().size(), cancelRequested, null);
  }

  /**
   * Cancels earlier jobs that wait, and returns the ids of running jobs to cancel. It does not
   * cancel the jobs that are submitted now: a backfill may have recorded them already.
   */
  private List<UUID> cancel(DSLContext dsl, String name, List<NewJob> submitted) {
    JobTables.Live j = database.tables().live;
    var found =
        dsl.select(j.id, j.status)
            .from(j)
            .where(j.schedule.eq(name).and(j.id.notIn(submitted.stream().map(NewJob::id).toList())))
            .orderBy(j.id)
            .forNoKeyUpdate()
            .fetch();
    List<UUID> running =
        found.stream()
            .filter(each -> each.get(j.status) == JobStatus.RUNNING)
            .map(each -> each.get(j.id))
            .toList();
    if (!found.isEmpty()) {
      int unused = ControlStore.cancelWaiting(dsl, database.tables(), found.getValues(j.id));
    }
    if (!running.isEmpty()) {
      int unused = ControlStore.requestCancel(dsl, database.tables(), running);
    }
    return running;
  }

  /** Stores the reason why a schedule cannot run. */
  public void failed(String name, String error) {
    Tables.Schedules s = database.tables().schedules;
    database
        .control()
        .update(s)
        .set(s.error, error)
        .where(s.name.eq(name).and(s.error.isDistinctFrom(error)))
        .execute();
  }
}
