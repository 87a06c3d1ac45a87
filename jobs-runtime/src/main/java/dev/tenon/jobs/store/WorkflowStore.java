package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.WorkflowState;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.DataType;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.pointer.JobPointer;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records workflows, reads them, and changes them for people. What follows from the end of a job is
 * done by functions of the database, in whatever transaction ends it. Thread-safe.
 */
public final class WorkflowStore {

  private static final int MAX_ROWS = 5_000;

  /** How many jobs are locked at a time. */
  private static final int MAX_PAGE = 500;

  private final Database database;
  private final SubmitStore submits;

  /** The store of this database. */
  public WorkflowStore(Database database, SubmitStore submits) {
    this.database = database;
    this.submits = submits;
  }

  /**
   * What can be started once a transaction is committed.
   *
   * @param pointers the jobs whose pointers are to be published
   * @param othersMayWait whether there are jobs that workers find in the table only
   * @param canPrepare whether there are steps whose payloads can be made
   */
  public record Released(List<JobPointer> pointers, boolean othersMayWait, boolean canPrepare) {

    static final Released NOTHING = new Released(List.of(), false, false);

    /** Makes the list immutable. */
    public Released {
      pointers = List.copyOf(pointers);
    }

    /** Whether there is nothing. */
    public boolean isNothing() {
      return pointers.isEmpty() && !othersMayWait && !canPrepare;
    }
  }

  /** Records a workflow in a transaction of its own. */
  public Released insert(NewGraph graph) {
    return Database.inTransaction(database.dsl(), dsl -> insert(dsl, graph));
  }

  /**
   * Records a workflow in a transaction of the caller.
   *
   * @param transaction the caller's connection, with auto-commit off
   */
  public Released insert(Connection transaction, NewGraph graph) {
    return insert(Database.context(transaction), graph);
  }

  private Released insert(DSLContext dsl, NewGraph graph) {
    requireThere(dsl, graph.after());
    inChunks(graph.workflows(), some -> insertWorkflows(dsl, some));
    inChunks(graph.steps(), some -> insertSteps(dsl, some));
    inChunks(graph.edges(), some -> insertEdges(dsl, some));
    List<Recorded> recorded = submits.insert(dsl, graph.jobs());
    Set<UUID> looked = new HashSet<>(graph.after());
    for (NewGraph.NewWorkflow workflow : graph.workflows()) {
      if (workflow.members() == 0 && !workflow.isOpen()) {
        looked.add(workflow.id());
      }
    }
    look(dsl, database.tables(), looked, Look.CHANGED);
    return with(recorded, looked.isEmpty() ? Released.NOTHING : settle(dsl, database));
  }

  static Released with(List<Recorded> recorded, Released released) {
    List<JobPointer> pointers = new ArrayList<>(released.pointers());
    boolean othersMayWait = released.othersMayWait();
    for (Recorded each : recorded) {
      if (each.pointer() != null) {
        pointers.add(each.pointer());
      } else {
        othersMayWait = true;
      }
    }
    return new Released(pointers, othersMayWait, released.canPrepare());
  }

  private void requireThere(DSLContext dsl, List<UUID> workflowIds) {
    Tables.Workflows w = database.tables().workflows;
    Set<UUID> missing = new HashSet<>(workflowIds);
    if (!missing.isEmpty()) {
      dsl.select(w.id).from(w).where(w.id.in(workflowIds)).fetch(w.id).forEach(missing::remove);
      if (!missing.isEmpty()) {
        throw new NoSuchWorkflow(missing.iterator().next());
      }
    }
  }

  /** There is no workflow with this id. */
  public static final class NoSuchWorkflow extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final UUID id;

    NoSuchWorkflow(UUID id) {
      super("There is no workflow " + id, null, false, false);
      this.id = id;
    }

    /** The id. */
    public UUID id() {
      return id;
    }
  }

  /** A workflow has ended, so that nothing can be added to it. */
  public static final class HasEnded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HasEnded() {
      super("The workflow has ended", null, false, false);
    }
  }

  /** A workflow is a step that waits for others, so that nothing of it may start. */
  public static final class HasNotStarted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HasNotStarted() {
      super("The workflow has not started", null, false, false);
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
                w.isOpen,
                w.members,
                w.unsettled,
                w.unattempted,
                w.openFollowUps))
        .select(select(values).from(n.table()))
        .execute();
  }

  private void insertSteps(DSLContext dsl, List<NewGraph.NewStep> steps) {
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    UnnestedRows<NewGraph.NewStep> n = new UnnestedRows<>("n", steps);
    var values =
        List.<Field<?>>of(
            n.column("id", SQLDataType.UUID, NewGraph.NewStep::id),
            n.column("workflow_id", SQLDataType.UUID, NewGraph.NewStep::workflowId),
            n.column("is_follow_up", SQLDataType.BOOLEAN, NewGraph.NewStep::isFollowUp),
            n.column("type", SQLDataType.CLOB, NewGraph.NewStep::type),
            n.column("waits_for", SQLDataType.INTEGER, NewGraph.NewStep::waitsFor),
            n.column("delay_millis", SQLDataType.BIGINT, NewGraph.NewStep::delayMillis),
            n.column("input", SQLDataType.CLOB, NewGraph.NewStep::input),
            n.column("is_for_each", SQLDataType.BOOLEAN, NewGraph.NewStep::isForEach),
            n.column("draft", SQLDataType.CLOB, NewGraph.NewStep::draft).cast(JSON.class),
            n.column("version", SQLDataType.INTEGER, NewGraph.NewStep::version),
            n.column("item_id", SQLDataType.CLOB, NewGraph.NewStep::itemId),
            n.column("priority", Tables.PRIORITY, NewGraph.NewStep::priority));
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
                s.priority))
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
            n.column("position", SQLDataType.SMALLINT, NewGraph.NewEdge::position));
    dsl.insertInto(e)
        .columns(List.of(e.predecessor, e.successor, e.condition, e.position))
        .select(select(values).from(n.table()))
        .execute();
  }

  /** Why the database looks at a workflow before the commit, though none of its jobs has ended. */
  enum Look {
    /** Its state was changed. */
    CHANGED,
    /** It has failed without having jobs. */
    FAILED,
    /** It runs again after its end. */
    RETRIED
  }

  /** Has the database look at workflows before the commit, though none of their jobs has ended. */
  static void look(DSLContext dsl, Tables tables, Collection<UUID> workflowIds, Look why) {
    Tables.WorkflowChanges c = tables.workflowChanges;
    if (workflowIds.isEmpty()) {
      return;
    }
    UnnestedRows<UUID> n = new UnnestedRows<>("n", List.copyOf(workflowIds));
    var id = n.column("id", SQLDataType.UUID, Function.identity());
    dsl.insertInto(c)
        .columns(
            c.transaction, c.workflowId, c.id, c.isMember, c.attempted, c.hasFailed, c.isRetried)
        .select(
            select(
                    DSL.field("txid_current()", SQLDataType.BIGINT),
                    id,
                    id,
                    inline(false),
                    inline(0),
                    inline(why == Look.FAILED),
                    inline(why == Look.RETRIED))
                .from(n.table()))
        .execute();
  }

  /**
   * Does at once what would be done before the commit, and gives the jobs that can be started after
   * it.
   */
  static Released settle(DSLContext dsl, Database database) {
    return settle(dsl, database, NextSteps.NONE, unused -> {});
  }

  /**
   * As above.
   *
   * @param claimed is given each job that was claimed
   */
  static Released settle(
      DSLContext dsl, Database database, NextSteps next, Consumer<ClaimedJob> claimed) {
    if (!database.maySettle(dsl)) {
      return Released.NOTHING;
    }
    List<JobPointer> pointers = new ArrayList<>();
    boolean[] othersMayWait = {false};
    boolean[] canPrepare = {false};
    database
        .settlement()
        .run(
            dsl,
            next.values(),
            row -> {
              UUID jobId = row.getObject(1, UUID.class);
              ClaimedJob mine = next.read(row);
              if (mine != null) {
                claimed.accept(mine);
              } else if (jobId == null) {
                canPrepare[0] = true;
              } else if (row.getBoolean(7)) {
                pointers.add(
                    new JobPointer(
                        jobId,
                        row.getString(2),
                        row.getString(3),
                        JobPriority.ofLevel(row.getShort(4)),
                        row.getLong(5),
                        row.getBoolean(6)));
              } else {
                othersMayWait[0] = true;
              }
            });
    return new Released(pointers, othersMayWait[0], canPrepare[0]);
  }

  /** Does what follows from the changes of a transaction. */
  static HotStatement settlement(Tables tables) {
    var settled =
        DSL.function(
            name(tables.jobs.getSchema().getQualifiedName(), name("settle_workflows")),
            SQLDataType.RECORD,
            NextSteps.parameters().toArray(Field<?>[]::new));
    return HotStatement.of(
        select(
                column("job_id", SQLDataType.UUID),
                column("type", SQLDataType.CLOB),
                column("routing_key", SQLDataType.CLOB),
                column("priority", SQLDataType.SMALLINT),
                column("lease", SQLDataType.BIGINT),
                column("is_external", SQLDataType.BOOLEAN),
                column("is_published", SQLDataType.BOOLEAN),
                column("version", SQLDataType.INTEGER),
                column("attempts", SQLDataType.INTEGER),
                column("max_attempts", SQLDataType.INTEGER),
                column("payload", SQLDataType.CLOB),
                column("item_id", SQLDataType.CLOB),
                column("submitted_by", SQLDataType.CLOB),
                column("workflow_id", SQLDataType.UUID),
                column("trace_context", SQLDataType.CLOB))
            .from(DSL.table("{0}", settled).as("settled")));
  }

  private static <T> Field<T> column(String column, DataType<T> type) {
    return DSL.field(name("settled", column), type);
  }

  /**
   * Adds jobs to a workflow, all of them or none.
   *
   * @param jobs the jobs, which are in the workflow
   * @throws NoSuchWorkflow if there is none
   * @throws HasEnded if it has ended
   * @throws HasNotStarted if it is a step that waits for others and has no jobs yet
   */
  public Released add(UUID workflowId, List<NewJob> jobs) {
    Tables.Workflows w = database.tables().workflows;
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    return Database.inTransaction(
        database.dsl(),
        dsl -> {
          lockWorkflows(dsl, database.tables(), List.of(workflowId));
          var row =
              dsl.select(w.isOpen, w.unsettled)
                  .from(w)
                  .where(w.id.eq(workflowId))
                  .fetchOptional()
                  .orElseThrow(() -> new NoSuchWorkflow(workflowId));
          if (!row.value1() && row.value2() == 0) {
            throw new HasEnded();
          }
          if (dsl.fetchExists(s, s.id.eq(workflowId).and(s.isReleased.isFalse()))) {
            throw new HasNotStarted();
          }
          List<Recorded> recorded = submits.insert(dsl, jobs);
          dsl.update(w)
              .set(w.members, w.members.plus(jobs.size()))
              .set(w.unsettled, w.unsettled.plus(jobs.size()))
              .set(w.unattempted, w.unattempted.plus(jobs.size()))
              .where(w.id.eq(workflowId))
              .execute();
          pauseNew(dsl, database.tables(), jobs);
          look(dsl, database.tables(), List.of(workflowId), Look.CHANGED);
          return with(recorded, settle(dsl, database));
        });
  }

  /** Jobs that come to a paused workflow wait as its other jobs do. */
  static void pauseNew(DSLContext dsl, Tables tables, List<NewJob> jobs) {
    Tables.Workflows w = tables.workflows;
    Tables.Jobs j = tables.jobs;
    dsl.update(j)
        .set(j.runAt, Intervals.never())
        .set(j.publishAt, Intervals.never())
        .from(w)
        .where(
            j.id
                .eq(DSL.any(jobs.stream().map(NewJob::id).toArray(UUID[]::new)))
                .and(w.id.eq(j.workflowId))
                .and(w.pausedAt.isNotNull()))
        .execute();
  }

  /**
   * Says that no more members are added from outside.
   *
   * @throws NoSuchWorkflow if there is none
   */
  public Released close(UUID workflowId) {
    Tables.Workflows w = database.tables().workflows;
    return Database.inTransaction(
        database.dsl(),
        dsl -> {
          lockWorkflows(dsl, database.tables(), List.of(workflowId));
          if (dsl.update(w).set(w.isOpen, false).where(w.id.eq(workflowId)).execute() == 0) {
            throw new NoSuchWorkflow(workflowId);
          }
          look(dsl, database.tables(), List.of(workflowId), Look.CHANGED);
          return settle(dsl, database);
        });
  }

  /** A workflow, as people see it. */
  public Optional<WorkflowState> find(UUID workflowId) {
    Tables.Workflows w = database.tables().workflows;
    return database
        .dsl()
        .selectFrom(w)
        .where(w.id.eq(workflowId))
        .fetchOptional()
        .map(row -> state(row, jobs(workflowId)));
  }

  private Map<JobStatus, Long> jobs(UUID workflowId) {
    Tables.Jobs j = database.tables().jobs;
    Map<JobStatus, Long> jobs = new EnumMap<>(JobStatus.class);
    database
        .dsl()
        .select(j.status, DSL.count().coerce(Long.class))
        .from(j)
        .where(j.workflowId.eq(workflowId))
        .groupBy(j.status)
        .forEach(row -> jobs.put(row.value1(), row.value2()));
    return jobs;
  }

  private WorkflowState state(Record row, Map<JobStatus, Long> jobs) {
    Tables.Workflows w = database.tables().workflows;
    String outcome = row.get(w.outcome);
    Instant pausedAt = row.get(w.pausedAt);
    return new WorkflowState(
        row.get(w.id),
        row.get(w.name),
        row.get(w.parentId),
        row.get(w.submittedBy),
        row.get(w.submittedAt),
        row.get(w.isOpen),
        row.get(w.members),
        row.get(w.members) - row.get(w.unsettled),
        row.get(w.completed),
        row.get(w.failed),
        row.get(w.cancelled),
        row.get(w.skipped),
        jobs,
        outcome == null
            ? null
            : outcome.equals("skipped") ? JobStatus.CANCELLED : JobStatus.ofCode(outcome),
        row.get(w.settledAt),
        pausedAt == null
            ? null
            : new WorkflowState.Pause(row.get(w.pausedBy), pausedAt, row.get(w.pauseReason)));
  }

  /**
   * A workflow and those that are steps of it, at whatever depth.
   *
   * @throws NoSuchWorkflow if there is none
   */
  public List<UUID> withNested(UUID workflowId) {
    return withNested(database.dsl(), database.tables(), workflowId);
  }

  static List<UUID> withNested(DSLContext dsl, Tables tables, UUID workflowId) {
    Tables.Workflows w = tables.workflows;
    List<UUID> all = new ArrayList<>();
    List<UUID> level = dsl.select(w.id).from(w).where(w.id.eq(workflowId)).fetch(w.id);
    if (level.isEmpty()) {
      throw new NoSuchWorkflow(workflowId);
    }
    while (!level.isEmpty()) {
      all.addAll(level);
      level =
          dsl.select(w.id)
              .from(w)
              .where(w.parentId.eq(DSL.any(level.toArray(UUID[]::new))))
              .fetch(w.id);
    }
    return all;
  }

  /**
   * A page of the jobs of workflows that have one of these statuses, in the order of their ids.
   *
   * @param withFollowUps whether the follow-ups are among them
   * @param after the last job of the page before; null for the first page
   */
  public List<UUID> jobs(
      List<UUID> workflowIds,
      Collection<JobStatus> statuses,
      boolean withFollowUps,
      @Nullable UUID after,
      int limit) {
    Tables.Jobs j = database.tables().jobs;
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    return database
        .dsl()
        .select(j.id)
        .from(j)
        .where(
            j.workflowId
                .eq(DSL.any(workflowIds.toArray(UUID[]::new)))
                .and(j.status.in(statuses))
                .and(
                    withFollowUps
                        ? DSL.noCondition()
                        : DSL.notExists(
                            DSL.selectOne().from(s).where(s.id.eq(j.id).and(s.isFollowUp))))
                .and(after == null ? DSL.noCondition() : j.id.gt(after)))
        .orderBy(j.id)
        .limit(limit)
        .fetch(j.id);
  }

  /**
   * Locks the workflows of jobs. Whoever changes jobs of workflows that wait or have ended does
   * this first, since what follows from the end of another job changes them under the same locks.
   */
  static void lock(DSLContext dsl, Tables tables, Collection<UUID> jobIds) {
    Tables.Jobs j = tables.jobs;
    UnnestedRows<UUID> rows = new UnnestedRows<>("p", List.copyOf(jobIds));
    Field<UUID> id = rows.column("id", SQLDataType.UUID, each -> each);
    var given = LockedJobs.given(rows, id);
    // The limit keeps the planner from comparing each job with all of the ids
    var one =
        select(j.workflowId)
            .from(j)
            .where(j.id.eq(id).and(j.workflowId.isNotNull()))
            .limit(1)
            .asTable("one");
    Field<UUID> workflowId = Fields.of(one, j.workflowId);
    List<UUID> workflowIds =
        dsl.with(given).selectDistinct(workflowId).from(given, DSL.lateral(one)).fetch(workflowId);
    if (!workflowIds.isEmpty()) {
      lockWorkflows(dsl, tables, workflowIds);
    }
  }

  /**
   * Locks workflows and those that they are steps of, from the outermost on: their ids were made in
   * that order.
   */
  static void lockWorkflows(DSLContext dsl, Tables tables, Collection<UUID> workflowIds) {
    Tables.Workflows w = tables.workflows;
    Set<UUID> all = withAbove(dsl, tables, workflowIds);
    dsl.select(w.id)
        .from(w)
        .where(w.id.eq(DSL.any(all.toArray(UUID[]::new))))
        .orderBy(w.id)
        .forNoKeyUpdate()
        .execute();
  }

  /** These workflows, and those that they are steps of, at whatever depth. */
  static Set<UUID> withAbove(DSLContext dsl, Tables tables, Collection<UUID> workflowIds) {
    Tables.Workflows w = tables.workflows;
    Set<UUID> all = new HashSet<>();
    Set<UUID> level = new HashSet<>(workflowIds);
    while (!level.isEmpty()) {
      all.addAll(level);
      level =
          new HashSet<>(
              dsl.select(w.parentId)
                  .from(w)
                  .where(w.id.eq(DSL.any(level.toArray(UUID[]::new))).and(w.parentId.isNotNull()))
                  .fetch(w.parentId));
      level.removeAll(all);
    }
    return all;
  }

  /** Has nothing of these workflows started any more, unless that is so already. */
  public void pause(List<UUID> workflowIds, String by, String reason) {
    Tables.Workflows w = database.tables().workflows;
    Tables.Jobs j = database.tables().jobs;
    // First this: what is let go from now on waits
    Database.inTransaction(
        database.dsl(),
        dsl -> {
          lockWorkflows(dsl, database.tables(), workflowIds);
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
                dsl -> {
                  lock(dsl, database.tables(), ids);
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
                              .and(j.runAt.lt(Intervals.never())))
                      .execute();
                }));
  }

  /** Ends the pause of workflows. What can be started is due now. */
  public void resume(List<UUID> workflowIds) {
    Tables.Workflows w = database.tables().workflows;
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    Tables.Jobs j = database.tables().jobs;
    Database.inTransaction(
        database.dsl(),
        dsl -> {
          lockWorkflows(dsl, database.tables(), workflowIds);
          return dsl.update(w)
              .setNull(w.pausedAt)
              .setNull(w.pausedBy)
              .setNull(w.pauseReason)
              .where(w.id.eq(DSL.any(workflowIds.toArray(UUID[]::new))))
              .execute();
        });
    inPages(
        workflowIds,
        StatusChange.PUT_BACK.from(),
        ids ->
            Database.inTransaction(
                database.dsl(),
                dsl -> {
                  lock(dsl, database.tables(), ids);
                  return dsl.update(j)
                      .set(j.status, JobStatus.PENDING)
                      .set(j.runAt, currentInstant())
                      .set(j.publishAt, currentInstant())
                      .where(
                          j.id
                              .eq(DSL.any(ids.toArray(UUID[]::new)))
                              .and(j.status.in(StatusChange.PUT_BACK.from()))
                              .and(j.runAt.eq(Intervals.never()))
                              .and(
                                  DSL.notExists(
                                      DSL.selectOne()
                                          .from(s)
                                          .where(
                                              s.id
                                                  .eq(j.id)
                                                  .and(
                                                      s.isReleased
                                                          .isFalse()
                                                          .or(s.prepareAt.isNotNull()))))))
                      .execute();
                }));
  }

  private void inPages(
      List<UUID> workflowIds,
      Collection<JobStatus> statuses,
      Function<List<UUID>, Integer> change) {
    @Nullable UUID last = null;
    while (true) {
      List<UUID> page = jobs(workflowIds, statuses, true, last, MAX_PAGE);
      if (page.isEmpty()) {
        return;
      }
      int unused = change.apply(page);
      last = page.get(page.size() - 1);
    }
  }

  /**
   * What a waiting job waits for.
   *
   * @param workflowId its workflow
   * @param predecessors jobs and workflows that have not become what they have to, at most so many
   * @param pause that its workflow is paused; null if it is not
   */
  public record Waiting(
      UUID workflowId, List<UUID> predecessors, WorkflowState.@Nullable Pause pause) {

    /** Makes the list immutable. */
    public Waiting {
      predecessors = List.copyOf(predecessors);
    }
  }

  /** What a job of a workflow waits for; empty if it belongs to none. */
  public Optional<Waiting> waiting(UUID jobId, int maxPredecessors) {
    Tables.Jobs j = database.tables().jobs;
    Tables.Workflows w = database.tables().workflows;
    Tables.WorkflowEdges e = database.tables().workflowEdges;
    return database
        .dsl()
        .select(w.id, w.pausedAt, w.pausedBy, w.pauseReason)
        .from(j)
        .join(w)
        .on(w.id.eq(j.workflowId))
        .where(j.id.eq(jobId))
        .fetchOptional()
        .map(
            row ->
                new Waiting(
                    row.value1(),
                    database
                        .dsl()
                        .select(e.predecessor)
                        .from(e)
                        .where(e.successor.eq(jobId).and(e.state.eq("waiting")))
                        .orderBy(e.predecessor)
                        .limit(maxPredecessors)
                        .fetch(e.predecessor),
                    row.value2() == null
                        ? null
                        : new WorkflowState.Pause(row.value3(), row.value2(), row.value4())));
  }
}
