package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.notExists;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pauses workflows, and ends their pauses. Thread-safe. */
public final class WorkflowPauseStore {

  /** How many jobs are locked at a time. */
  private static final int MAX_PAGE = 500;

  private final Database database;
  private final WorkflowReadStore reads;

  /** The store of this database. */
  public WorkflowPauseStore(Database database) {
    this.database = database;
    this.reads = new WorkflowReadStore(database);
  }

  /**
   * Has nothing of these workflows started any more, unless that is so already.
   *
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds one of the
   *     workflows, or a job of theirs, for two seconds. Some jobs may wait then and others not;
   *     another try goes on.
   */
  public void pause(List<UUID> workflowIds, String by, String reason) {
    Tables.Workflows w = database.tables().workflows;
    Tables.Jobs j = database.tables().jobs;
    // First this: what is let go from now on waits
    Database.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          WorkflowLocks.lock(dsl, database.tables(), workflowIds);
          return dsl.update(w)
              .set(w.pausedAt, currentInstant())
              .set(w.pausedBy, by)
              .set(w.pauseReason, reason)
              .where(w.id.eq(DSL.any(workflowIds.toArray(UUID[]::new))).and(w.pausedAt.isNull()))
              .execute();
        });
    inPages(
        workflowIds,
        StatusChange.PUT_BACK.from(),
        ids ->
            Database.inTransaction(
                database.dsl(),
                ControlStore.MAX_LOCK_WAIT,
                dsl -> {
                  WorkflowLocks.lockOfJobs(dsl, database.tables(), ids);
                  return dsl.update(j)
                      .set(j.status, JobStatus.PENDING)
                      .set(j.runAt, Intervals.never())
                      .set(j.publishAt, Intervals.never())
                      // Whoever has just published it need not note that
                      .set(j.lease, j.lease.plus(1))
                      .where(
                          j.id
                              .eq(DSL.any(ids.toArray(UUID[]::new)))
                              .and(j.status.in(StatusChange.PUT_BACK.from()))
                              .and(j.runAt.lt(Intervals.never()))
                              // Somebody may have ended the pause meanwhile
                              .and(exists(workflowOf(j, w.pausedAt.isNotNull()))))
                      .execute();
                }));
  }

  /**
   * Ends the pause of workflows. What can be started is due now.
   *
   * @throws StoreUnavailableException as {@link #pause} does. The workflows are still paused then,
   *     though some of their jobs may start; another try goes on.
   */
  public void resume(List<UUID> workflowIds) {
    Tables.Workflows w = database.tables().workflows;
    Tables.Jobs j = database.tables().jobs;
    // First the jobs: whoever dies in the middle leaves a workflow that is paused for all to see
    inPages(
        workflowIds,
        StatusChange.PUT_BACK.from(),
        ids ->
            Database.inTransaction(
                database.dsl(),
                ControlStore.MAX_LOCK_WAIT,
                dsl -> {
                  WorkflowLocks.lockOfJobs(dsl, database.tables(), ids);
                  return free(dsl, j.id.eq(DSL.any(ids.toArray(UUID[]::new))));
                }));
    Database.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          WorkflowLocks.lock(dsl, database.tables(), workflowIds);
          UUID[] ids = workflowIds.toArray(UUID[]::new);
          // What has come to wait meanwhile
          int unused = free(dsl, j.workflowId.eq(DSL.any(ids)));
          return dsl.update(w)
              .setNull(w.pausedAt)
              .setNull(w.pausedBy)
              .setNull(w.pauseReason)
              .where(w.id.eq(DSL.any(ids)))
              .execute();
        });
  }

  /** Makes those of the jobs due that wait for nothing but the end of the pause. */
  private int free(DSLContext dsl, Condition which) {
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    Tables.Jobs j = database.tables().jobs;
    return dsl.update(j)
        .set(j.status, JobStatus.PENDING)
        .set(j.runAt, currentInstant())
        .set(j.publishAt, currentInstant())
        .where(
            which
                .and(j.status.in(StatusChange.PUT_BACK.from()))
                .and(j.runAt.eq(Intervals.never()))
                .and(
                    notExists(
                        DSL.selectOne()
                            .from(s)
                            .where(
                                s.id
                                    .eq(j.id)
                                    .and(s.isReleased.isFalse().or(s.prepareAt.isNotNull()))))))
        .execute();
  }

  /** The workflow of a job, if the condition holds for it. */
  private Select<?> workflowOf(Tables.Jobs j, Condition condition) {
    Tables.Workflows w = database.tables().workflows;
    return DSL.selectOne().from(w).where(w.id.eq(j.workflowId).and(condition));
  }

  private void inPages(
      List<UUID> workflowIds,
      Collection<JobStatus> statuses,
      Function<List<UUID>, Integer> change) {
    @Nullable UUID last = null;
    while (true) {
      List<UUID> page = reads.jobs(workflowIds, statuses, true, last, MAX_PAGE);
      if (page.isEmpty()) {
        return;
      }
      int unused = change.apply(page);
      last = page.get(page.size() - 1);
    }
  }
}
