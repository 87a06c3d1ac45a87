package dev.tenon.jobs.internal.workflow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.notExists;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.LineTimes;
import dev.tenon.jobs.internal.store.LockedJobs;
import dev.tenon.jobs.internal.store.StatusChange;
import dev.tenon.jobs.internal.store.WaitingChanges;
import dev.tenon.jobs.internal.store.WorkflowLocks;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Pauses workflows, and ends their pauses. Thread-safe. */
public final class WorkflowPauseStore {

  /** The number of jobs that are locked at a time. */
  private static final int MAX_PAGE = 500;

  private final Database database;
  private final WorkflowReadStore reads;

  /** The store of this database. */
  public WorkflowPauseStore(Database database) {
    this.database = database;
    this.reads = new WorkflowReadStore(database);
  }

  /**
   * Pauses these workflows, unless they are already paused: none of their jobs starts any longer.
   *
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction keeps one of the
   *     workflows, or one of their jobs, locked for two seconds. Some jobs may then wait and others
   *     not; another try continues.
   */
  public void pause(List<UUID> workflowIds, ChangeByHand change) {
    Actor actor = change.actor();
    Tables.Workflows w = database.tables().workflows;
    JobTables.Live j = database.tables().live;
    // First this: jobs that become ready from now on wait
    boolean unused =
        change.inTransaction(
            database.dsl(),
            ControlStore.MAX_LOCK_WAIT,
            dsl -> {
              WorkflowLocks.lock(dsl, database.tables(), workflowIds);
              return recorded(
                      dsl,
                      change,
                      dsl.update(w)
                          .set(w.pausedAt, currentInstant())
                          .set(w.pausedBy, actor.name())
                          .set(w.pauseReason, actor.reason().orElseThrow())
                          .where(
                              w.id
                                  .eq(DSL.any(workflowIds.toArray(UUID[]::new)))
                                  .and(w.pausedAt.isNull()))
                          .execute())
                  > 0;
            });
    Condition isToWait =
        LockedJobs.isIn(j.status, StatusChange.PUT_BACK.from())
            // The time of a job that waits in its line counts too, until the pause
            .and(
                j.runAt
                    .lt(Intervals.never())
                    .or(LineTimes.isKept(database.tables(), j))
                    .or(j.startWithinMillis.isNotNull().and(j.startBefore.isNotNull())))
            // Somebody may have ended the pause meanwhile
            .and(
                exists(
                    DSL.selectOne()
                        .from(w)
                        .where(w.id.eq(j.workflowId).and(w.pausedAt.isNotNull()))));
    inPages(
        last -> reads.jobs(workflowIds, StatusChange.PUT_BACK.from(), true, last, MAX_PAGE),
        ids ->
            Database.inTransaction(
                database.dsl(),
                ControlStore.MAX_LOCK_WAIT,
                dsl -> {
                  WorkflowLocks.lockOfJobs(dsl, database.tables(), ids);
                  return WaitingChanges.suspend(dsl, database.tables(), ids, isToWait);
                }));
  }

  /**
   * Ends the pause of workflows. Jobs that can start are due now.
   *
   * @throws StoreUnavailableException as {@link #pause} does. The workflows are then still paused,
   *     although some of their jobs may start; another try continues.
   */
  public void resume(List<UUID> workflowIds, ChangeByHand change) {
    Tables.Workflows w = database.tables().workflows;
    // First the jobs: if this process dies in the middle, the workflow is still visibly paused
    inPages(
        last -> reads.jobs(workflowIds, StatusChange.PUT_BACK.from(), true, last, MAX_PAGE),
        ids ->
            change.inTransaction(
                database.dsl(),
                ControlStore.MAX_LOCK_WAIT,
                dsl -> {
                  WorkflowLocks.lockOfJobs(dsl, database.tables(), ids);
                  return recorded(dsl, change, free(dsl, ids));
                }));
    boolean unused =
        change.inTransaction(
            database.dsl(),
            ControlStore.MAX_LOCK_WAIT,
            dsl -> {
              WorkflowLocks.lock(dsl, database.tables(), workflowIds);
              // Jobs that have started to wait meanwhile
              inPages(
                  last ->
                      WorkflowReadStore.jobs(
                          dsl,
                          database.tables(),
                          workflowIds,
                          StatusChange.PUT_BACK.from(),
                          true,
                          last,
                          MAX_PAGE),
                  ids -> recorded(dsl, change, free(dsl, ids)));
              return recorded(
                      dsl,
                      change,
                      dsl.update(w)
                          .setNull(w.pausedAt)
                          .setNull(w.pausedBy)
                          .setNull(w.pauseReason)
                          .where(
                              w.id
                                  .eq(DSL.any(workflowIds.toArray(UUID[]::new)))
                                  .and(w.pausedAt.isNotNull()))
                          .execute())
                  > 0;
            });
  }

  private int recorded(DSLContext dsl, ChangeByHand change, int changed) {
    if (changed > 0) {
      change.record(dsl, database.tables(), "done");
    }
    return changed;
  }

  /** Makes those jobs due that only wait for the end of the pause. */
  private int free(DSLContext dsl, List<UUID> ids) {
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    JobTables.Live j = database.tables().live;
    return LockedJobs.update(
            dsl,
            j,
            ids,
            LockedJobs.isIn(j.status, StatusChange.PUT_BACK.from())
                .and(j.runAt.eq(Intervals.never()))
                .and(
                    notExists(
                        DSL.selectOne()
                            .from(s)
                            .where(
                                s.id
                                    .eq(j.id)
                                    .and(s.isReleased.isFalse().or(s.prepareAt.isNotNull()))))),
            Map.of(
                j.status, inline(JobStatus.PENDING, Tables.STATUS),
                j.runAt, LineTimes.runAt(database.tables(), j, currentInstant()),
                j.publishAt,
                    LineTimes.publishAt(database.tables(), j, currentInstant(), currentInstant()),
                j.startBefore,
                    Intervals.latestStart(currentInstant(), j.startWithinMillis, j.startBefore)))
        .execute();
  }

  /** A reader of pages of jobs. */
  private interface NextPage {

    /** The jobs after the last one of the previous page, which is null for the first page. */
    List<UUID> after(@Nullable UUID last);
  }

  private static void inPages(NextPage pages, ToIntFunction<List<UUID>> change) {
    @Nullable UUID last = null;
    while (true) {
      List<UUID> page = pages.after(last);
      if (page.isEmpty()) {
        return;
      }
      int unused = change.applyAsInt(page);
      last = page.get(page.size() - 1);
    }
  }
}
