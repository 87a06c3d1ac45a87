package dev.tenon.jobs.internal.workflow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.store.BacklogGate;
import dev.tenon.jobs.internal.store.LineTimes;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.Recorded;
import dev.tenon.jobs.internal.store.Settlement;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.internal.store.WaitingChanges;
import dev.tenon.jobs.internal.store.WorkflowLocks;
import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.internal.workflow.WorkflowGates.Gate;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Records workflows. Functions of the database do what follows from the end of a job, in the
 * transaction that ends it. Thread-safe.
 */
public final class WorkflowStore {

  private static final int MAX_ROWS = 5_000;

  private final Database database;
  private final SubmitStore submits;
  private final WorkflowGates gates;
  private final UniqueWorkflows unique;

  /** The store of this database. */
  public WorkflowStore(Database database, SubmitStore submits) {
    this.database = database;
    this.submits = submits;
    this.gates = new WorkflowGates(database.tables());
    this.unique = new UniqueWorkflows(database.tables());
  }

  /**
   * The result of a submit.
   *
   * @param existing the workflow that has the unique key already, so nothing was recorded; empty if
   *     the new one was recorded
   * @param startable the jobs that can start
   */
  public record Submission(Optional<UUID> existing, StartableJobs startable) {

    private static Submission recorded(StartableJobs startable) {
      return new Submission(Optional.empty(), startable);
    }
  }

  /**
   * Records a workflow in a new transaction.
   *
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction keeps an earlier
   *     workflow locked for ten seconds
   */
  public Submission insert(NewGraph graph) {
    try (BacklogGate.Room room = submits.room()) {
      Submission submission =
          Database.inTransaction(database.dsl(), dsl -> insert(dsl, graph, room));
      room.keep(graph.jobs());
      return submission;
    }
  }

  private Submission insert(DSLContext dsl, NewGraph graph, BacklogGate.Room room) {
    requireThere(dsl, graph.after());
    Optional<UUID> existing = unique.claim(dsl, graph);
    if (existing.isPresent()) {
      return new Submission(existing, StartableJobs.NOTHING);
    }
    room.take(dsl, graph.jobs());
    Inserted inserted = insertAll(dsl, graph);
    // What follows is done under the locks of the earlier workflows
    Database.limitLockWait(dsl, WorkflowLocks.MAX_WAIT);
    return Submission.recorded(
        with(
            inserted.jobs(),
            inserted.canStartOrEnd() ? Settlement.settle(dsl, database) : StartableJobs.NOTHING));
  }

  /**
   * Records a workflow in a transaction of the caller. If earlier workflows have ended, what
   * follows is done before the commit, and not here: it needs their locks, and every worker that
   * ends one of their jobs would wait for those until the caller commits.
   *
   * @param transaction the caller's connection, with auto-commit off
   */
  public Submission insert(Connection transaction, NewGraph graph) {
    DSLContext dsl = Database.context(transaction);
    requireThere(dsl, graph.after());
    Optional<UUID> existing = unique.claim(dsl, graph);
    if (existing.isPresent()) {
      return new Submission(existing, StartableJobs.NOTHING);
    }
    Inserted inserted;
    try (BacklogGate.Room room = submits.room()) {
      room.take(dsl, graph.jobs());
      inserted = insertAll(dsl, graph);
      room.keep(graph.jobs());
    }
    return Submission.recorded(
        with(
            inserted.jobs(),
            inserted.canStartOrEnd()
                ? new StartableJobs(List.of(), true, true)
                : StartableJobs.NOTHING));
  }

  /**
   * The recorded jobs.
   *
   * @param canStartOrEnd true if something may follow immediately, before the commit
   */
  private record Inserted(List<Recorded> jobs, boolean canStartOrEnd) {}

  private Inserted insertAll(DSLContext dsl, NewGraph graph) {
    List<NewGraph.NewWorkflow> workflows = graph.workflows();
    inChunks(
        graph.unique() == null ? workflows : workflows.subList(1, workflows.size()),
        some -> insertWorkflows(dsl, some));
    inChunks(graph.tasks(), some -> insertTasks(dsl, some));
    inChunks(graph.edges(), some -> insertEdges(dsl, some));
    List<Recorded> recorded = submits.insert(dsl, graph.jobs());
    Set<UUID> looked = new HashSet<>(graph.after());
    for (NewGraph.NewWorkflow workflow : graph.workflows()) {
      if (workflow.members() == 0 && !workflow.isOpen()) {
        looked.add(workflow.id());
      }
    }
    Settlement.request(dsl, database.tables(), looked, Settlement.Reason.CHANGED);
    return new Inserted(recorded, !looked.isEmpty());
  }

  static StartableJobs with(List<Recorded> recorded, StartableJobs startable) {
    List<JobPointer> pointers = new ArrayList<>(startable.pointers());
    boolean othersMayWait = startable.othersMayWait();
    for (Recorded each : recorded) {
      if (each.pointer() != null) {
        pointers.add(each.pointer());
      } else {
        othersMayWait = true;
      }
    }
    return new StartableJobs(pointers, othersMayWait, startable.canPrepare());
  }

  private void requireThere(DSLContext dsl, List<UUID> workflowIds) {
    Tables.Workflows w = database.tables().workflows;
    Set<UUID> missing = new HashSet<>(workflowIds);
    if (!missing.isEmpty()) {
      // They must not be deleted before the commit, which decides what starts after them
      dsl.select(w.id)
          .from(w)
          .where(w.id.in(WorkflowLocks.withAbove(dsl, database.tables(), workflowIds)))
          .orderBy(w.id)
          .forKeyShare()
          .fetch(w.id)
          .forEach(missing::remove);
      if (!missing.isEmpty()) {
        throw new NoSuchWorkflow(missing.iterator().next());
      }
    }
  }

  /** Thrown when there is no workflow with this id. */
  public static final class NoSuchWorkflow extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final UUID id;

    NoSuchWorkflow(UUID id) {
      super("There is no workflow " + id, null, false, false);
      this.id = id;
    }

    /** The id of the workflow. */
    public UUID id() {
      return id;
    }
  }

  /** Thrown when a workflow has ended, so nothing can be added to it. */
  public static final class HasEnded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HasEnded() {
      super("The workflow has ended", null, false, false);
    }
  }

  /** Thrown when a workflow is a task that waits for others, so none of its jobs may start. */
  public static final class HasNotStarted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HasNotStarted() {
      super("The workflow has not started", null, false, false);
    }
  }

  /** Thrown when a workflow would have too many jobs. */
  public static final class IsFull extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final int members;

    IsFull(String name, int members) {
      super("The workflow is full", null, false, false);
      this.name = name;
      this.members = members;
    }

    /** The name of the workflow. */
    public String name() {
      return name;
    }

    /** The number of its jobs and workflows. */
    public int members() {
      return members;
    }
  }

  private static <T> void inChunks(List<T> all, Consumer<List<T>> action) {
    for (int from = 0; from < all.size(); from += MAX_ROWS) {
      action.accept(all.subList(from, Math.min(all.size(), from + MAX_ROWS)));
    }
  }

  private void insertWorkflows(DSLContext dsl, List<NewGraph.NewWorkflow> workflows) {
    Tables.Workflows w = database.tables().workflows;
    UnnestedRows<NewGraph.NewWorkflow> n = new UnnestedRows<>("n", workflows);
    var members = n.column("members", SQLDataType.INTEGER, NewGraph.NewWorkflow::members);
    var values =
        List.<Field<?>>of(
            n.column("id", SQLDataType.UUID, NewGraph.NewWorkflow::id),
            n.column("name", SQLDataType.CLOB, NewGraph.NewWorkflow::name),
            n.column("parent_id", SQLDataType.UUID, NewGraph.NewWorkflow::parentId),
            n.column("submitted_by", SQLDataType.CLOB, NewGraph.NewWorkflow::submittedBy),
            n.column("headers", SQLDataType.CLOB, each -> StoredHeaders.write(each.headers()))
                .cast(JSONB.class),
            n.column("is_open", SQLDataType.BOOLEAN, NewGraph.NewWorkflow::isOpen),
            members,
            members,
            members,
            n.column("follow_ups", SQLDataType.INTEGER, NewGraph.NewWorkflow::followUps));
    dsl.insertInto(w)
        .columns(
            List.of(
                w.id,
                w.name,
                w.parentId,
                w.submittedBy,
                w.headers,
                w.isOpen,
                w.members,
                w.unsettled,
                w.unattempted,
                w.openFollowUps))
        .select(select(values).from(n.table()))
        .execute();
  }

  private void insertTasks(DSLContext dsl, List<NewGraph.NewTask> tasks) {
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    UnnestedRows<NewGraph.NewTask> n = new UnnestedRows<>("n", tasks);
    var values =
        List.<Field<?>>of(
            n.column("id", SQLDataType.UUID, NewGraph.NewTask::id),
            n.column("workflow_id", SQLDataType.UUID, NewGraph.NewTask::workflowId),
            n.column("is_follow_up", SQLDataType.BOOLEAN, NewGraph.NewTask::isFollowUp),
            n.column("type", SQLDataType.CLOB, NewGraph.NewTask::type),
            n.column("waits_for", SQLDataType.INTEGER, NewGraph.NewTask::waitsFor),
            n.column("delay_millis", SQLDataType.BIGINT, NewGraph.NewTask::delayMillis),
            n.column("input", SQLDataType.CLOB, NewGraph.NewTask::input),
            n.column("is_for_each", SQLDataType.BOOLEAN, NewGraph.NewTask::isForEach),
            n.column("draft", SQLDataType.CLOB, NewGraph.NewTask::draft).cast(JSON.class),
            n.column("version", SQLDataType.INTEGER, NewGraph.NewTask::version),
            n.column("item_id", SQLDataType.CLOB, NewGraph.NewTask::itemId),
            n.column("priority", Tables.PRIORITY, NewGraph.NewTask::priority),
            n.column(
                "start_within_millis",
                SQLDataType.BIGINT,
                task -> task.latestStart() == null ? null : task.latestStart().withinMillis()),
            n.column(
                "start_before",
                SQLDataType.INSTANT,
                task -> task.latestStart() == null ? null : task.latestStart().before()));
    dsl.insertInto(s)
        .columns(
            List.of(
                s.id,
                s.workflowId,
                s.isFollowUp,
                s.type,
                s.waitsFor,
                s.delayMillis,
                s.input,
                s.isForEach,
                s.draft,
                s.version,
                s.itemId,
                s.priority,
                s.startWithinMillis,
                s.startBefore))
        .select(select(values).from(n.table()))
        .execute();
  }

  private void insertEdges(DSLContext dsl, List<NewGraph.NewEdge> edges) {
    Tables.WorkflowEdges e = database.tables().workflowEdges;
    UnnestedRows<NewGraph.NewEdge> n = new UnnestedRows<>("n", edges);
    var values =
        List.<Field<?>>of(
            n.column("predecessor", SQLDataType.UUID, NewGraph.NewEdge::predecessor),
            n.column("successor", SQLDataType.UUID, NewGraph.NewEdge::successor),
            n.column("condition", SQLDataType.CLOB, NewGraph.NewEdge::condition),
            n.column("position", SQLDataType.SMALLINT, NewGraph.NewEdge::position),
            n.column("leads_out", SQLDataType.BOOLEAN, NewGraph.NewEdge::leadsOut));
    dsl.insertInto(e)
        .columns(List.of(e.predecessor, e.successor, e.condition, e.position, e.leadsOut))
        .select(select(values).from(n.table()))
        .execute();
  }

  /**
   * Adds jobs to a workflow, all of them or none. If the whole workflow waits for something, they
   * wait for it as well.
   *
   * @param jobs the jobs, which are in the workflow
   * @throws NoSuchWorkflow if there is none
   * @throws HasEnded if it has ended
   * @throws HasNotStarted if it is a task that waits for others and has no jobs yet, or has waited
   *     for a workflow that has been deleted
   * @throws IsFull if it would have too many jobs
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction keeps the
   *     workflow locked for ten seconds
   */
  public StartableJobs add(UUID workflowId, List<NewJob> jobs) {
    try (BacklogGate.Room room = submits.room()) {
      StartableJobs startable = add(workflowId, jobs, room);
      room.keep(jobs);
      return startable;
    }
  }

  private StartableJobs add(UUID workflowId, List<NewJob> jobs, BacklogGate.Room room) {
    Tables.Workflows w = database.tables().workflows;
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    return Database.inTransaction(
        database.dsl(),
        WorkflowLocks.MAX_WAIT,
        dsl -> {
          // All together: a transaction that ends a predecessor locks that first, and then this
          // workflow
          WorkflowLocks.lock(
              dsl,
              database.tables(),
              WorkflowGates.workflows(workflowId, gates.of(dsl, workflowId)));
          List<Gate> waitsFor = gates.of(dsl, workflowId);
          var row =
              dsl.select(w.isOpen, w.unsettled, w.name, w.members)
                  .from(w)
                  .where(w.id.eq(workflowId))
                  .fetchOptional()
                  .orElseThrow(() -> new NoSuchWorkflow(workflowId));
          if (!row.value1() && row.value2() == 0) {
            throw new HasEnded();
          }
          if ((long) row.value4() + jobs.size() > WorkflowSizes.MAX_TASKS
              || (long) jobs.size() * waitsFor.size() > WorkflowSizes.MAX_EDGES) {
            throw new IsFull(row.value3(), row.value4());
          }
          if (dsl.fetchExists(s, s.id.eq(workflowId).and(s.isReleased.isFalse()))
              || waitsFor.stream().anyMatch(gate -> gate.workflowId() == null)) {
            throw new HasNotStarted();
          }
          room.take(dsl, jobs);
          List<Recorded> recorded =
              waitsFor.isEmpty()
                  ? submits.insert(dsl, jobs)
                  : insertWaiting(dsl, workflowId, jobs, waitsFor);
          dsl.update(w)
              .set(w.members, w.members.plus(jobs.size()))
              .set(w.unsettled, w.unsettled.plus(jobs.size()))
              .set(w.unattempted, w.unattempted.plus(jobs.size()))
              .where(w.id.eq(workflowId))
              .execute();
          pauseNew(dsl, database.tables(), jobs);
          Settlement.request(
              dsl, database.tables(), List.of(workflowId), Settlement.Reason.CHANGED);
          return with(recorded, Settlement.settle(dsl, database));
        });
  }

  private List<Recorded> insertWaiting(
      DSLContext dsl, UUID workflowId, List<NewJob> jobs, List<Gate> waitsFor) {
    List<NewJob> waiting =
        jobs.stream().map(job -> job.in(new NewJob.InWorkflow(workflowId, true))).toList();
    inChunks(
        waiting.stream().map(job -> WorkflowGates.task(job, workflowId, waitsFor)).toList(),
        some -> insertTasks(dsl, some));
    inChunks(WorkflowGates.edges(waiting, waitsFor), some -> insertEdges(dsl, some));
    gates.look(dsl, waitsFor);
    return submits.insert(dsl, waiting);
  }

  /** Pauses jobs that are added to a paused workflow, so they wait as its other jobs do. */
  static void pauseNew(DSLContext dsl, Tables tables, List<NewJob> jobs) {
    Tables.Workflows w = tables.workflows;
    JobTables.Live j = tables.live;
    dsl.update(j)
        .set(j.runAt, LineTimes.runAt(tables, j, Intervals.never()))
        .set(j.publishAt, Intervals.never())
        .set(j.startBefore, WaitingChanges.latestStartOfWaiting(j))
        .from(w)
        .where(
            j.id
                .eq(DSL.any(jobs.stream().map(NewJob::id).toArray(UUID[]::new)))
                .and(w.id.eq(j.workflowId))
                .and(w.pausedAt.isNotNull()))
        .execute();
  }

  /**
   * Closes a workflow, so no more members are added from outside. Does nothing if it is a task
   * whose jobs have not been made yet: such a workflow was never left open.
   *
   * @throws NoSuchWorkflow if there is none
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction keeps the
   *     workflow locked for ten seconds
   */
  public StartableJobs close(UUID workflowId) {
    Tables.Workflows w = database.tables().workflows;
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    return Database.inTransaction(
        database.dsl(),
        WorkflowLocks.MAX_WAIT,
        dsl -> {
          WorkflowLocks.lock(dsl, database.tables(), List.of(workflowId));
          if (!dsl.fetchExists(w, w.id.eq(workflowId))) {
            throw new NoSuchWorkflow(workflowId);
          }
          dsl.update(w)
              .set(w.isOpen, false)
              .where(
                  w.id.eq(workflowId).and(DSL.notExists(selectOne().from(s).where(s.id.eq(w.id)))))
              .execute();
          Settlement.request(
              dsl, database.tables(), List.of(workflowId), Settlement.Reason.CHANGED);
          return Settlement.settle(dsl, database);
        });
  }
}
