package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.operate.JobConditions.IdRange;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.LifeCycle;
import dev.tenon.jobs.internal.store.LockedJobs;
import dev.tenon.jobs.internal.store.Settlement;
import dev.tenon.jobs.internal.store.TaskRetries;
import dev.tenon.jobs.internal.store.WaitingChanges;
import dev.tenon.jobs.internal.store.WorkflowLocks;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bulk operation on its way through its jobs, in the order of their ids. Each step is a
 * transaction: it locks up to {@value #BATCH} jobs, changes them, and adds them to the counts of
 * the operation's record. It skips rows that others have locked, and jobs of workflows that others
 * have locked. It never waits for a job or a workflow while it has locked others, so nobody has to
 * wait for it for a long time, and it cannot be part of a deadlock. Jobs that others had locked are
 * tried again with the next ones; at the end the operation waits for them one by one. Not
 * thread-safe.
 */
public final class BulkRun {

  /** The largest number of jobs that are changed in a transaction. */
  static final int BATCH = 500;

  /**
   * The number of rows locked by others that makes the operation wait for them before it continues.
   */
  private static final int MAX_LEFT = BATCH / 2;

  /** The longest time that the operation waits in total for rows that do not become free. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  /**
   * The largest number of running jobs that are asked to stop first; the others are asked in their
   * turn.
   */
  private static final int MAX_ASKED_FIRST = 10_000;

  /**
   * The largest number of follow-ups of workflows that are retried last; the others are retried in
   * their turn.
   */
  private static final int MAX_FOLLOW_UPS = 100_000;

  /**
   * The number of times that the operation waits for a job which somebody else locks again as soon
   * as it is free.
   */
  private static final int MAX_WAITS = 10;

  private final Database database;
  private final UUID operationId;
  private final BulkChange change;
  private final JobQuery query;
  private final @Nullable UUID last;
  private final Instant beganAt;
  private final Set<UUID> askedFirst = new HashSet<>();
  private final Set<UUID> left = new LinkedHashSet<>();
  private final Set<UUID> followUps = new LinkedHashSet<>();
  private boolean onlyRunning;
  private boolean isThrough;
  private @Nullable UUID after;
  private long locked;
  private long nanosToWait = MAX_WAIT.toNanos();
  private boolean mayBeFree;

  /**
   * True if the operation has to wait for the row of the first job that is left, without its
   * workflow.
   */
  private boolean waitsForRow;

  private int waits;

  BulkRun(Database database, UUID operationId, BulkChange change, BulkStore.Matching matching) {
    this.database = database;
    this.operationId = operationId;
    this.change = change;
    this.query = matching.query();
    this.last = matching.last();
    this.beganAt = matching.at();
    this.isThrough = matching.last() == null;
    this.onlyRunning =
        change instanceof BulkChange.Cancel
            && query.status().map(status -> status == JobStatus.RUNNING).orElse(true);
  }

  /**
   * The changed jobs that the rest of the runtime must be notified of.
   *
   * @param askedToStop running jobs to cancel
   * @param retried jobs to publish immediately
   * @param mayBeClaimable true if there may be others that workers only find in the table
   */
  public record Step(
      List<UUID> askedToStop, List<ControlStore.Retried> retried, boolean mayBeClaimable) {}

  /**
   * The number of jobs that a step has changed, the number that were only asked to stop, and the
   * notifications about them.
   */
  private record Changed(int count, int askedToStop, Step step) {

    private static final Changed NONE = of(0, false);

    private static Changed of(int count, boolean mayBeClaimable) {
      return new Changed(count, 0, new Step(List.of(), List.of(), mayBeClaimable));
    }
  }

  /** A job whose row is locked. */
  private record LockedJob(
      UUID id,
      JobStatus status,
      Instant submittedAt,
      boolean isInWorkflow,
      boolean isToBeCancelled) {}

  /** The id of the operation. */
  public UUID operationId() {
    return operationId;
  }

  /** The number of jobs that others have locked for as long as the operation could wait. */
  public long locked() {
    return locked;
  }

  /**
   * Changes the next jobs.
   *
   * @return the step; empty if the operation has gone through all of its jobs
   * @throws StoreException if that fails; this step has changed nothing then
   */
  public Optional<Step> next() {
    if (left.size() >= MAX_LEFT || (isThrough && !left.isEmpty())) {
      return Optional.of(changeLeft());
    }
    if (isThrough) {
      return followUps.isEmpty() ? Optional.empty() : Optional.of(retryFollowUps());
    }
    int limit = BATCH - left.size();
    List<UUID> page = page(limit);
    Set<UUID> ids = new LinkedHashSet<>(page);
    ids.removeAll(askedFirst);
    if (change instanceof BulkChange.Retry) {
      leaveFollowUps(ids);
    }
    ids.addAll(left);
    Step step = ids.isEmpty() ? Changed.NONE.step() : changeFree(ids);
    advance(page, page.size() < limit);
    return Optional.of(step);
  }

  /**
   * Leaves the follow-ups of workflows until all members have been retried: only then is it known
   * which events can occur again, and start other jobs in their place.
   */
  private void leaveFollowUps(Set<UUID> ids) {
    if (followUps.size() < MAX_FOLLOW_UPS) {
      Set<UUID> found = new TaskRetries(database.tables()).followUps(database.dsl(), ids);
      ids.removeAll(found);
      followUps.addAll(found);
    }
  }

  private Step retryFollowUps() {
    Set<UUID> some = new LinkedHashSet<>(followUps.stream().limit(BATCH).toList());
    Step step = changeFree(some);
    followUps.removeAll(some);
    return step;
  }

  private void advance(List<UUID> page, boolean isLastPage) {
    after = page.isEmpty() ? after : page.get(page.size() - 1);
    if (!onlyRunning) {
      isThrough = isLastPage;
      return;
    }
    askedFirst.addAll(page);
    if (isLastPage || askedFirst.size() >= MAX_ASKED_FIRST) {
      onlyRunning = false;
      after = null;
    }
  }

  private List<UUID> page(int limit) {
    Tables.Jobs j = database.tables().jobs;
    JobQuery next = onlyRunning ? query.withStatus(JobStatus.RUNNING) : query;
    return database
        .planned()
        .fetch(
            JobPages.oldest(
                database.tables(), List.of(j.id), next, IdRange.between(after, last), limit))
        .map(row -> row.get(j.id));
  }

  /** Changes the jobs whose rows are free, and leaves the others for later. */
  private Step changeFree(Set<UUID> ids) {
    Batch batch = tryFree(ids);
    left.clear();
    left.addAll(batch.held());
    waits = 0;
    waitsForRow = false;
    return batch.step();
  }

  /**
   * Tries to change the jobs whose rows are free. What follows from the changes may still have to
   * wait: for a step that waits for one of the jobs, or for another workflow. Between two tries
   * nothing is locked.
   */
  private Batch tryFree(Set<UUID> ids) {
    while (true) {
      long begin = System.nanoTime();
      try {
        return Database.inTransaction(
            database.dsl(),
            ControlStore.MAX_LOCK_WAIT,
            dsl -> {
              Map<UUID, UUID> workflows = workflows(dsl, ids);
              Set<UUID> free =
                  workflows.isEmpty()
                      ? Set.of()
                      : WorkflowLocks.lockFree(
                          dsl, database.tables(), Set.copyOf(workflows.values()));
              return change(dsl, ids, workflows, free);
            });
      } catch (StoreUnavailableException e) {
        nanosToWait -= System.nanoTime() - begin;
        if (!e.isHeldByOthers() || nanosToWait <= 0) {
          throw e;
        }
      }
    }
  }

  /** The result for some jobs, and those of them that others have locked. */
  private record Batch(Set<UUID> jobs, Step step, Set<UUID> held) {}

  /**
   * Changes the jobs that others have not locked.
   *
   * @param workflows the workflows of the jobs
   * @param locked the workflows that this transaction has locked
   */
  private Batch change(DSLContext dsl, Set<UUID> ids, Map<UUID, UUID> workflows, Set<UUID> locked) {
    List<UUID> changeable =
        ids.stream()
            .filter(id -> !workflows.containsKey(id) || locked.contains(workflows.get(id)))
            .toList();
    List<LockedJob> free = changeable.isEmpty() ? List.of() : lock(dsl, changeable, true);
    Set<UUID> held = new LinkedHashSet<>(ids);
    free.forEach(job -> held.remove(job.id()));
    int others = held.size();
    if (others > 0) {
      held.retainAll(present(dsl, List.copyOf(held)));
    }
    return new Batch(ids, changeAndCount(dsl, free, others - held.size()), held);
  }

  /**
   * The workflows of jobs, by the ids of the jobs, if they have to be locked: their locks protect
   * what follows from the end or the retry of a job.
   */
  private Map<UUID, UUID> workflows(DSLContext dsl, Set<UUID> ids) {
    return change instanceof BulkChange.Cancel || change instanceof BulkChange.Retry
        ? WorkflowLocks.ofJobs(dsl, database.tables(), ids)
        : Map.of();
  }

  /** Returns the jobs that have not been deleted. */
  private Set<UUID> present(DSLContext dsl, List<UUID> ids) {
    Tables.Jobs j = database.tables().jobs;
    UnnestedRows<UUID> rows = new UnnestedRows<>("p", ids);
    var id = rows.column("id", SQLDataType.UUID, Function.identity());
    var given = LockedJobs.given(rows, id);
    // The limit keeps the planner from comparing each job with all of the ids
    var one = select(j.id).from(j).where(j.id.eq(id)).limit(1).asTable("one");
    return dsl.with(given)
        .select(one.field(j.id))
        .from(given, lateral(one))
        .fetchSet(one.field(j.id));
  }

  /**
   * Waits for the first job that others had locked. Once it is free, the others may be free as
   * well, because one transaction often locks several.
   */
  private Step changeLeft() {
    if (mayBeFree || nanosToWait <= 0) {
      mayBeFree = false;
      Step step = left.isEmpty() ? Changed.NONE.step() : changeFree(new LinkedHashSet<>(left));
      if (nanosToWait <= 0) {
        locked += left.size();
        left.clear();
      }
      return step;
    }
    UUID id = left.iterator().next();
    long begin = System.nanoTime();
    try {
      return waitFor(id);
    } catch (StoreUnavailableException e) {
      if (!e.isHeldByOthers()) {
        throw e;
      }
      nanosToWait -= System.nanoTime() - begin;
      giveUp(id);
      return Changed.NONE.step();
    }
  }

  private void giveUp(UUID id) {
    locked++;
    left.remove(id);
    waits = 0;
    waitsForRow = false;
  }

  /**
   * Changes a job that others had locked, with the rest of its workflow. If its row is still
   * locked, this waits for the row only, without the lock of the workflow: workers need that lock
   * to record outcomes.
   *
   * @throws StoreUnavailableException with SQL state 55P03 if the job or its workflow does not
   *     become free
   */
  private Step waitFor(UUID id) {
    if (waitsForRow) {
      List<LockedJob> unused =
          Database.inTransaction(
              database.dsl(), ControlStore.MAX_LOCK_WAIT, dsl -> lock(dsl, List.of(id), false));
      waitsForRow = false;
      return Changed.NONE.step();
    }
    Batch batch = changeWithWorkflow(id);
    Set<UUID> done = new HashSet<>(batch.jobs());
    done.removeAll(batch.held());
    left.removeAll(done);
    if (done.contains(id)) {
      waits = 0;
      mayBeFree = true;
    } else if (++waits > MAX_WAITS) {
      giveUp(id);
    } else {
      waitsForRow = true;
    }
    return batch.step();
  }

  /** Waits for the workflow of a job if it has one, otherwise for the row of the job. */
  private Batch changeWithWorkflow(UUID id) {
    return Database.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          Map<UUID, UUID> workflows = workflows(dsl, left);
          UUID workflow = workflows.get(id);
          if (workflow == null) {
            List<LockedJob> found = lock(dsl, List.of(id), false);
            if (found.isEmpty() && !present(dsl, List.of(id)).isEmpty()) {
              // It ended, or was run again, between the reads of the two tables
              return new Batch(Set.of(id), Changed.NONE.step(), Set.of(id));
            }
            // A job that no longer exists is skipped
            Step step = changeAndCount(dsl, found, found.isEmpty() ? 1 : 0);
            return new Batch(Set.of(id), step, Set.of());
          }
          WorkflowLocks.lock(dsl, database.tables(), Set.of(workflow));
          Set<UUID> ofSame = new LinkedHashSet<>(left);
          ofSame.removeIf(each -> !workflow.equals(workflows.get(each)));
          return change(dsl, ofSame, workflows, Set.of(workflow));
        });
  }

  /**
   * Locks jobs, in whichever table their rows are. A job that ends meanwhile is found among those
   * that have ended, with a second statement, which sees what the first one has waited for.
   */
  private List<LockedJob> lock(DSLContext dsl, List<UUID> ids, boolean onlyFree) {
    JobTables.Live j = database.tables().live;
    JobTables.Ended e = database.tables().ended;
    List<LockedJob> locked =
        new ArrayList<>(lock(dsl, ids, onlyFree, j, j.id, j.type, j.status, j.cancelRequestedAt));
    Set<UUID> others = new LinkedHashSet<>(ids);
    locked.forEach(job -> others.remove(job.id()));
    if (!others.isEmpty()) {
      locked.addAll(
          lock(dsl, List.copyOf(others), onlyFree, e, e.id, e.type, e.status, e.cancelRequestedAt));
    }
    return locked;
  }

  private List<LockedJob> lock(
      DSLContext dsl,
      List<UUID> ids,
      boolean onlyFree,
      Table<?> table,
      Field<UUID> idInTable,
      Field<String> type,
      Field<JobStatus> status,
      Field<Instant> cancelRequestedAt) {
    JobTables.Data d = database.tables().data;
    UnnestedRows<UUID> rows = new UnnestedRows<>("p", ids);
    var id = rows.column("id", SQLDataType.UUID, Function.identity());
    var given = LockedJobs.given(rows, id);
    // For update, because a job that ends, is run again or is deleted leaves its table
    var lock =
        select(idInTable, type, status, cancelRequestedAt)
            .from(table)
            .where(idInTable.eq(id))
            .forUpdate();
    Table<?> one = (onlyFree ? lock.skipLocked() : lock).asTable("one");
    // With OFFSET 0 the planner keeps this as it is, and looks up each job
    Table<?> data =
        select(d.submittedAt, d.workflowId)
            .from(d)
            .where(
                d.type
                    .eq(SubqueryFields.of(one, type))
                    .and(d.id.eq(SubqueryFields.of(one, idInTable))))
            .offset(0)
            .asTable("data");
    return dsl.with(given)
        .select(
            SubqueryFields.of(one, idInTable),
            SubqueryFields.of(one, status),
            SubqueryFields.of(data, d.submittedAt),
            DSL.field(SubqueryFields.of(data, d.workflowId).isNotNull()),
            DSL.field(SubqueryFields.of(one, cancelRequestedAt).isNotNull()))
        .from(given, lateral(one), lateral(data))
        .fetch(Records.mapping(LockedJob::new));
  }

  private Step changeAndCount(DSLContext dsl, List<LockedJob> locked, int gone) {
    Tables.Operations o = database.tables().operations;
    // Ids carry the clocks of submitters, and one that is behind gives later jobs earlier ids
    List<LockedJob> jobs =
        locked.stream().filter(job -> !job.submittedAt().isAfter(beganAt)).toList();
    // Somebody may have changed the status of the job since it was read
    List<LockedJob> matching =
        jobs.stream().filter(job -> query.status().map(job.status()::equals).orElse(true)).toList();
    Changed changed = matching.isEmpty() ? Changed.NONE : change(dsl, matching);
    if (changed.count() > 0) {
      Settlement.settleBeforeCommit(dsl, database);
    }
    dsl.update(o)
        .set(o.changed, o.changed.plus(changed.count()))
        .set(o.askedToStop, o.askedToStop.plus(changed.askedToStop()))
        .set(
            o.skipped, o.skipped.plus(jobs.size() - changed.count() - changed.askedToStop() + gone))
        .set(o.updatedAt, currentInstant())
        .where(o.id.eq(operationId))
        .execute();
    return changed.step();
  }

  private Changed change(DSLContext dsl, List<LockedJob> jobs) {
    Tables tables = database.tables();
    List<UUID> ids = jobs.stream().map(LockedJob::id).toList();
    if (change instanceof BulkChange.Cancel) {
      return cancel(dsl, jobs);
    }
    if (change instanceof BulkChange.Retry) {
      List<ControlStore.Retried> retried = ControlStore.retryWithOthers(dsl, database, ids);
      return new Changed(retried.size(), 0, new Step(List.of(), retried, false));
    }
    if (change instanceof BulkChange.Delete) {
      return Changed.of(delete(dsl, jobs), false);
    }
    if (change instanceof BulkChange.Reprioritize reprioritize) {
      return Changed.of(
          WaitingChanges.prioritise(dsl, tables, ids, reprioritize.priority(), OptionalInt.empty()),
          false);
    }
    if (change instanceof BulkChange.Reschedule reschedule) {
      return Changed.of(WaitingChanges.reschedule(dsl, tables, ids, reschedule.runAt()), true);
    }
    BulkChange.Move move = (BulkChange.Move) change;
    return Changed.of(WaitingChanges.move(dsl, tables, ids, move.routingKey()), true);
  }

  private Changed cancel(DSLContext dsl, List<LockedJob> jobs) {
    List<UUID> running =
        jobs.stream()
            .filter(job -> job.status() == JobStatus.RUNNING && !job.isToBeCancelled())
            .map(LockedJob::id)
            .toList();
    int cancelled =
        ControlStore.cancelWaiting(
            dsl, database.tables(), jobs.stream().map(LockedJob::id).toList());
    int askedToStop =
        running.isEmpty() ? 0 : ControlStore.requestCancel(dsl, database.tables(), running);
    return new Changed(cancelled, askedToStop, new Step(running, List.of(), false));
  }

  private int delete(DSLContext dsl, List<LockedJob> jobs) {
    return LifeCycle.delete(
        dsl,
        database.tables(),
        jobs.stream().filter(job -> !job.isInWorkflow()).map(LockedJob::id).toList());
  }
}
