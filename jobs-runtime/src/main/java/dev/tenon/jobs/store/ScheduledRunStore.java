package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.notExists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Submits the jobs of schedules, each in one transaction with what the row of its schedule says of
 * its last and its next run. Thread-safe.
 */
public final class ScheduledRunStore {

  /** A transaction of somebody else that holds a row must not hold up all other schedules. */
  private static final Duration MAX_LOCK_WAIT = Duration.ofSeconds(1);

  private final Database database;

  /** The store of this database. */
  public ScheduledRunStore(Database database) {
    this.database = database;
  }

  /**
   * The runs of a schedule that are due.
   *
   * @param times their times, the oldest first
   * @param next the time of the first run that is not due yet
   * @param tooLate the time of the newest run that is due, but too late; null if none is
   */
  public record DueRuns(List<Instant> times, Instant next, @Nullable Instant tooLate) {}

  /**
   * What became of runs that were due.
   *
   * @param submitted the jobs that were recorded, as they were recorded
   * @param leftOut how many runs were left out, since an earlier one had not ended
   * @param cancelRequested the running jobs that are to be cancelled
   */
  public record Fired(List<NewJob> submitted, int leftOut, List<UUID> cancelRequested) {}

  /** Makes the job of a run. */
  @FunctionalInterface
  public interface RunToJob {

    /**
     * The job of a run.
     *
     * @param schedule the schedule
     * @param time the time of the run
     */
    NewJob job(LockedSchedule schedule, Instant time);
  }

  /**
   * Submits jobs of a schedule for somebody.
   *
   * @param jobs gives the jobs
   * @param isLastRun whether the first of them is from now on the last run of the schedule
   * @return the jobs as they were recorded; empty if the schedule does not exist
   */
  public Optional<List<NewJob>> submit(
      String name, Function<LockedSchedule, List<NewJob>> jobs, boolean isLastRun) {
    Tables.Schedules s = database.tables().schedules;
    return Database.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl ->
            lock(dsl, ScheduleStore.isThere(s, name))
                .map(
                    locked -> {
                      List<NewJob> recorded = record(dsl, name, jobs.apply(locked));
                      if (isLastRun) {
                        dsl.update(s)
                            .set(s.lastRunAt, locked.now())
                            .set(s.lastJobId, recorded.get(0).id())
                            .where(s.name.eq(name))
                            .execute();
                      }
                      return recorded;
                    }));
  }

  private List<NewJob> record(DSLContext dsl, String name, List<NewJob> jobs) {
    if (jobs.isEmpty()) {
      return List.of();
    }
    return SubmitStore.insertScheduled(database, dsl, name, jobs);
  }

  /**
   * The names of schedules with something to do: a run is due, or one that has waited for an
   * earlier one may start.
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
   * When a schedule that is not paused runs next, by its row.
   *
   * @param cron the cron expression
   * @param zone the id of its time zone
   * @param nextRunAt the time of the next run
   * @param now the time by the database's clock
   */
  public record Planned(String name, String cron, String zone, Instant nextRunAt, Instant now) {}

  /** All schedules that are not paused and not due. */
  public List<Planned> planned() {
    Tables.Schedules s = database.tables().schedules;
    return database
        .control()
        .select(s.name, s.cron, s.zone, s.nextRunAt, currentInstant())
        .from(s)
        .where(s.pausedAt.isNull().and(s.nextRunAt.gt(currentInstant())))
        .orderBy(s.name)
        .fetch(Records.mapping(Planned::new));
  }

  /**
   * Brings the next run of a schedule forward, unless somebody has changed the schedule meanwhile.
   *
   * @param leadership proof that the caller leads
   * @param planned the schedule as it was found
   * @param next the time of the next run
   * @return whether it was changed
   * @throws LeadershipLostException if the caller no longer leads
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
                            .and(s.cron.eq(planned.cron()))
                            .and(s.zone.eq(planned.zone()))
                            .and(s.nextRunAt.eq(planned.nextRunAt()))
                            .and(s.pausedAt.isNull()))
                    .execute())
        > 0;
  }

  /** Whether the schedule has something to do. */
  static Condition isDue(Tables.Schedules s, JobTables.Live j) {
    return s.pausedAt
        .isNull()
        .and(
            s.nextRunAt
                .le(currentInstant())
                .or(s.waitingRunAt.isNotNull().and(notExists(unended(j, s.name)))));
  }

  private static Select<?> unended(JobTables.Live j, Field<String> name) {
    return selectOne().from(j).where(j.schedule.eq(name));
  }

  private Optional<LockedSchedule> lock(DSLContext dsl, Condition condition) {
    return LockedSchedule.lock(dsl, database.tables(), condition).stream().findFirst();
  }

  /**
   * Submits the jobs of the runs of a schedule that are due, as far as its policy for runs that
   * overlap allows, and moves it on to its next run: all in one transaction, or nothing.
   *
   * @param leadership proof that the caller leads
   * @param plan says which runs are due
   * @param job makes the job of a run
   * @return what became of the runs; empty if the schedule has nothing to do any more
   * @throws LeadershipLostException if the caller no longer leads
   */
  public Optional<Fired> fire(
      Leadership leadership, String name, Function<LockedSchedule, DueRuns> plan, RunToJob job) {
    Tables.Schedules s = database.tables().schedules;
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl -> {
          Database.limitLockWait(dsl, MAX_LOCK_WAIT);
          return lock(dsl, s.name.eq(name).and(isDue(s, database.tables().live)))
              .map(locked -> fire(dsl, locked, plan.apply(locked), job));
        });
  }

  private Fired fire(DSLContext dsl, LockedSchedule locked, DueRuns due, RunToJob toJob) {
    Tables.Schedules s = database.tables().schedules;
    boolean isBusy =
        locked.overlap() != OverlapPolicy.ALLOW
            && dsl.fetchValue(
                select(exists(unended(database.tables().live, DSL.val(locked.name())))));
    OverlappingRuns runs =
        OverlappingRuns.of(locked.overlap(), due.times(), locked.waitingRunAt(), isBusy);
    List<NewJob> jobs = runs.submitted().stream().map(time -> toJob.job(locked, time)).toList();
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
    return new Fired(recorded, runs.leftOut().size(), cancelRequested);
  }

  /**
   * Cancels the earlier jobs that wait, and gives the ids of those that run and are to be
   * cancelled. The jobs that are submitted now are left alone: a backfill may have recorded them
   * already.
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

  /** Notes why a schedule cannot run. */
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
