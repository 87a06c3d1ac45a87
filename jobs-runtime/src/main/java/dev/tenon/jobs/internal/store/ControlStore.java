package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.coalesce;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Cancels jobs and retries them when people ask for it. Thread-safe. */
public final class ControlStore {

  /**
   * The maximum wait for a transaction that holds a job's row, so that it cannot hold up whoever
   * cancels the job.
   */
  public static final Duration MAX_LOCK_WAIT = Duration.ofSeconds(2);

  private final Database database;

  /** The store of this database. */
  public ControlStore(Database database) {
    this.database = database;
  }

  /**
   * Cancels a waiting job. Returns whether it did.
   *
   * @param change writes the entry of the audit
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds the job's
   *     row for two seconds
   */
  public boolean cancelWaiting(UUID jobId, ChangeByHand change) {
    return change.inTransaction(
        database.dsl(),
        MAX_LOCK_WAIT,
        dsl -> {
          int count = cancelWaiting(dsl, database.tables(), List.of(jobId));
          return settled(dsl, recorded(dsl, change, count > 0, "cancelled"));
        });
  }

  private boolean recorded(
      DSLContext dsl, ChangeByHand change, boolean hasChanged, String outcome) {
    if (hasChanged) {
      change.record(dsl, database.tables(), outcome);
    }
    return hasChanged;
  }

  /**
   * The result for a list of jobs.
   *
   * @param count the number of jobs that were cancelled
   * @param left the waiting jobs that come after these in the list
   */
  public record SomeCancelled(int count, List<UUID> left) {}

  /**
   * Cancels the first of some waiting jobs, in the order of their ids, and settles what follows, in
   * a transaction of the caller that has locked their workflows. It stops where cancelling each job
   * separately would give a different result: at the first job that waits for another waiting job,
   * or for a workflow. The end of the jobs before it may end that job too, or make it due.
   *
   * @param jobIds the jobs; there is at least one
   */
  public static SomeCancelled cancelFirst(DSLContext dsl, Database database, List<UUID> jobIds) {
    List<Waiting> waiting = waiting(dsl, database.tables(), jobIds);
    if (waiting.isEmpty()) {
      return new SomeCancelled(0, List.of());
    }
    int end = 1;
    while (end < waiting.size()
        && !waiting.get(end - 1).isBlocked()
        && !waiting.get(end).isBlocked()) {
      end++;
    }
    List<UUID> ids = waiting.stream().map(Waiting::id).toList();
    int count = LifeCycle.cancelWaiting(dsl, database.tables(), ids.subList(0, end));
    Settlement.settleBeforeCommit(dsl, database);
    return new SomeCancelled(count, ids.subList(end, ids.size()));
  }

  /** A waiting job, and whether it waits for another waiting job or for a workflow. */
  private record Waiting(UUID id, boolean isBlocked) {}

  private static List<Waiting> waiting(DSLContext dsl, Tables tables, List<UUID> jobIds) {
    JobTables.Live j = tables.live;
    Tables.Workflows w = tables.workflows;
    Tables.WorkflowEdges e = tables.workflowEdges;
    UnnestedRows<UUID> rows = new UnnestedRows<>("p", jobIds);
    Field<UUID> id = rows.column("id", SQLDataType.UUID, Function.identity());
    Condition predecessorWaits =
        waits(DSL.field(select(j.status).from(j).where(j.id.eq(e.predecessor))));
    Condition predecessorIsOpen =
        DSL.condition(DSL.field(select(w.outcome.isNull()).from(w).where(w.id.eq(e.predecessor))));
    // With a limit, each is looked up in the index, whatever statistics PostgreSQL has
    Field<Integer> blocked =
        DSL.field(
            select(inline(1))
                .from(e)
                .where(e.successor.eq(id).and(predecessorWaits.or(predecessorIsOpen)))
                .limit(1));
    return dsl.select(id, DSL.field(blocked.isNotNull()))
        .from(rows.table())
        .where(waits(DSL.field(select(j.status).from(j).where(j.id.eq(id)))))
        .orderBy(id)
        .fetch(Records.mapping(Waiting::new));
  }

  private static Condition waits(Field<JobStatus> status) {
    return LockedJobs.isIn(status, StatusChange.CANCEL_WAITING.from());
  }

  /** Cancels those of these jobs that wait, in a transaction of the caller. */
  public static int cancelWaiting(DSLContext dsl, Tables tables, List<UUID> jobIds) {
    WorkflowLocks.lockOfJobs(dsl, tables, jobIds);
    return LifeCycle.cancelWaiting(dsl, tables, jobIds);
  }

  /**
   * Marks a running job to be cancelled. Returns whether it is marked, even if it was before.
   *
   * @param change writes the entry of the audit
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds the job's
   *     row for two seconds
   */
  public boolean requestCancel(UUID jobId, ChangeByHand change) {
    JobTables.Live j = database.tables().live;
    List<UUID> ids = List.of(jobId);
    return change.inTransaction(
        database.dsl(),
        MAX_LOCK_WAIT,
        dsl -> {
          int marked =
              requestCancel(
                  dsl, database.tables(), ids, DSL.condition(j.cancelRequestedAt.isNull()));
          return recorded(dsl, change, marked > 0, "asked to stop")
              || requestCancel(dsl, database.tables(), ids) > 0;
        });
  }

  /** Marks the running ones of these jobs to be cancelled, in a transaction of the caller. */
  public static int requestCancel(DSLContext dsl, Tables tables, List<UUID> jobIds) {
    return requestCancel(dsl, tables, jobIds, DSL.noCondition());
  }

  private static int requestCancel(
      DSLContext dsl, Tables tables, List<UUID> jobIds, Condition condition) {
    JobTables.Live j = tables.live;
    return LockedJobs.update(
            dsl,
            j,
            jobIds,
            LockedJobs.isIn(j.status, List.of(JobStatus.RUNNING)).and(condition),
            Map.of(j.cancelRequestedAt, coalesce(j.cancelRequestedAt, currentInstant())))
        .execute();
  }

  private <T> T settled(DSLContext dsl, T changed) {
    Settlement.settleBeforeCommit(dsl, database);
    return changed;
  }

  /**
   * Makes a waiting job due at this time. Returns false if the job does not wait, is already due at
   * that time, or is a task of a workflow that waits for others.
   *
   * @param change writes the entry of the audit
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds the job's
   *     row for two seconds
   */
  public boolean reschedule(UUID jobId, Instant runAt, ChangeByHand change) {
    return change.inTransaction(
        database.dsl(),
        MAX_LOCK_WAIT,
        dsl -> {
          int count = WaitingChanges.reschedule(dsl, database.tables(), List.of(jobId), runAt);
          return recorded(dsl, change, count > 0, "due at " + runAt);
        });
  }

  /** Returns whether the job is a task of a workflow that waits for others. */
  public boolean waitsForOthers(UUID jobId) {
    JobTables.Live j = database.tables().live;
    return database.dsl().fetchExists(j, j.id.eq(jobId).and(j.runAt.ge(Intervals.never())));
  }

  /**
   * The part of a message that says what makes a job due that has no time.
   *
   * @param reason why it waits; null if it no longer does
   */
  public static String whatItWaitsFor(@Nullable WaitReason reason) {
    if (reason instanceof WaitReason.ForSignal) {
      return "its handler waits for a signal, and it becomes due when the signal is sent.";
    }
    return reason instanceof WaitReason.StepInDoubt
        ? "a step is in doubt, and it becomes due when somebody has decided what became of the"
            + " step."
        : "it is a task of a workflow that waits for others, and becomes due when these have"
            + " ended.";
  }

  /** The status of a job. */
  public Optional<JobStatus> status(UUID jobId) {
    Tables.Jobs j = database.tables().jobs;
    return database.dsl().select(j.status).from(j).where(j.id.eq(jobId)).fetchOptional(j.status);
  }

  /**
   * A job that is retried.
   *
   * @param pointer its pointer
   * @param isPublished whether the pointer has to be published
   */
  public record Retried(JobPointer pointer, boolean isPublished) {}

  /**
   * Sets a failed or cancelled job back to pending, with the full number of attempts. Another job
   * may have its unique key by now. If the job has lost the key, or only still has it because
   * nobody has cleared it yet, it does not get the key back.
   *
   * @param change writes the entry of the audit
   * @return the job; empty if the job is neither failed nor cancelled
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds the job's
   *     row for two seconds
   */
  public Optional<Retried> retry(UUID jobId, ChangeByHand change) {
    return change
        .inTransaction(
            database.dsl(),
            MAX_LOCK_WAIT,
            dsl -> {
              List<Retried> retried = retry(dsl, database.tables(), List.of(jobId));
              boolean unused = recorded(dsl, change, !retried.isEmpty(), "runs again");
              return settled(dsl, retried);
            })
        .stream()
        .findAny();
  }

  /**
   * Sets the failed and cancelled ones of these jobs back to pending, in a transaction of the
   * caller.
   */
  static List<Retried> retry(DSLContext dsl, Tables tables, List<UUID> jobIds) {
    WorkflowLocks.lockOfJobs(dsl, tables, jobIds);
    TaskRetries tasks = new TaskRetries(tables);
    List<Retried> retried = LifeCycle.restore(dsl, tables, tasks.due(dsl, jobIds));
    if (!retried.isEmpty()) {
      tasks.prepareAgain(dsl, retried.stream().map(job -> job.pointer().jobId()).toList());
    }
    return retried;
  }

  /**
   * Sets the failed and cancelled ones of these jobs back to pending, in a transaction of the
   * caller, so that no event of their workflow comes between them. Cancelled tasks that cannot be
   * retried yet, because the tasks before them did not end as required, start when those do. A
   * follow-up comes last, and only if no other job has taken its place: its event may occur again
   * because a member runs again. Settles what follows if there are follow-ups among the jobs;
   * otherwise, the caller does.
   *
   * @return the jobs that were set back
   */
  public static List<Retried> retryWithOthers(
      DSLContext dsl, Database database, List<UUID> jobIds) {
    Tables tables = database.tables();
    TaskRetries tasks = new TaskRetries(tables);
    Set<UUID> followUps = tasks.followUps(dsl, jobIds);
    if (followUps.isEmpty()) {
      return retryMembers(dsl, tables, jobIds);
    }
    List<UUID> members = jobIds.stream().filter(id -> !followUps.contains(id)).toList();
    WorkflowLocks.lockOfJobs(dsl, tables, jobIds);
    List<Retried> retried = new ArrayList<>();
    if (!members.isEmpty()) {
      retried.addAll(retryMembers(dsl, tables, members));
      Settlement.settleBeforeCommit(dsl, database);
    }
    List<UUID> inPlace = tasks.inPlace(dsl, followUps);
    if (!inPlace.isEmpty()) {
      retried.addAll(retryMembers(dsl, tables, inPlace));
      Settlement.settleBeforeCommit(dsl, database);
    }
    return retried;
  }

  private static List<Retried> retryMembers(DSLContext dsl, Tables tables, List<UUID> jobIds) {
    List<Retried> retried = retry(dsl, tables, jobIds);
    Set<UUID> others = new LinkedHashSet<>(jobIds);
    retried.forEach(job -> others.remove(job.pointer().jobId()));
    if (!others.isEmpty()) {
      new TaskRetries(tables).startWithOthers(dsl, tables.workflowChanges, others);
    }
    return retried;
  }

  /** Returns whether a job is not started because the tasks before it did not end as required. */
  public boolean isStopped(UUID jobId) {
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    return database.dsl().fetchExists(s, s.id.eq(jobId).and(s.isStopped));
  }

  /**
   * Returns whether somebody has cancelled a job that could not start anyway, because the tasks
   * before it did not end as required.
   */
  public boolean isCancelledBeforeItsTurn(UUID jobId) {
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    return database
        .dsl()
        .fetchExists(s, s.id.eq(jobId).and(TaskRetries.isStopped(s)).and(s.isStopped.isFalse()));
  }
}
