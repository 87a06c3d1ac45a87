package dev.tenon.jobs.internal.workflow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.table;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Pause;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.store.StatusChange;
import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.workflow.WorkflowState;
import dev.tenon.jobs.workflow.WorkflowTree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads workflows. Thread-safe. */
public final class WorkflowReadStore {

  /** The largest number of workflows that {@link #tree} reads. */
  private static final int MAX_IN_TREE = 10_000;

  private final Database database;

  /** The store of this database. */
  public WorkflowReadStore(Database database) {
    this.database = database;
  }

  /** The state of a workflow. */
  public Optional<WorkflowState> find(UUID workflowId) {
    Tables.Workflows w = database.tables().workflows;
    return database
        .planned()
        .selectFrom(w)
        .where(w.id.eq(workflowId))
        .fetchOptional()
        .map(row -> state(row, jobs(List.of(workflowId)).getOrDefault(workflowId, Map.of())));
  }

  /** The workflow that was recorded last with this name and unique key, if it has the key yet. */
  public Optional<UUID> withKey(String name, String uniqueKey) {
    Tables.Workflows w = database.tables().workflows;
    return database
        .planned()
        .select(w.id)
        .from(w)
        .where(w.name.eq(name).and(w.uniqueKey.eq(uniqueKey)).and(w.hasKey))
        .fetchOptional(w.id);
  }

  /**
   * A workflow with those that are tasks of it, at any depth: with two statements, however deep
   * they are.
   */
  public Optional<WorkflowTree> tree(UUID workflowId) {
    Tables.Workflows w = database.tables().workflows;
    Field<UUID> aboveId = DSL.field(name("above", "id"), SQLDataType.UUID);
    CommonTableExpression<Record1<UUID>> tree =
        name("above")
            .fields("id")
            .as(
                select(w.id)
                    .from(w)
                    .where(w.id.eq(workflowId))
                    .unionAll(
                        select(w.id)
                            .from(w)
                            .join(table(name("above")))
                            .on(w.parentId.eq(aboveId))));
    List<Record> rows =
        List.copyOf(
            database
                .planned()
                .withRecursive(tree)
                .select(w.fields())
                .from(w)
                .where(w.id.in(select(aboveId).from(tree)))
                .orderBy(w.id)
                .limit(MAX_IN_TREE + 1)
                .fetch());
    boolean isComplete = rows.size() <= MAX_IN_TREE;
    List<Record> read = isComplete ? rows : rows.subList(0, MAX_IN_TREE);
    Map<UUID, Map<JobStatus, Long>> jobs = jobs(read.stream().map(row -> row.get(w.id)).toList());
    return StoredTree.of(
        workflowId,
        read.stream().map(row -> state(row, jobs.getOrDefault(row.get(w.id), Map.of()))).toList(),
        isComplete);
  }

  private Map<UUID, Map<JobStatus, Long>> jobs(List<UUID> workflowIds) {
    JobTables.Data d = database.tables().data;
    var state = state(database.tables(), DSL.noCondition());
    Field<JobStatus> status = SubqueryFields.of(state, database.tables().states.status);
    Map<UUID, Map<JobStatus, Long>> jobs = new HashMap<>();
    database
        .planned()
        .select(d.workflowId, status, DSL.count().coerce(Long.class))
        .from(d, lateral(state))
        .where(d.workflowId.eq(DSL.any(workflowIds.toArray(UUID[]::new))))
        .groupBy(d.workflowId, status)
        .forEach(
            row ->
                jobs.computeIfAbsent(row.value1(), id -> new EnumMap<>(JobStatus.class))
                    .put(row.value2(), row.value3()));
    return jobs;
  }

  private WorkflowState state(Record row, Map<JobStatus, Long> jobs) {
    Tables.Workflows w = database.tables().workflows;
    return new StoredWorkflow(
        row.get(w.id),
        row.get(w.name),
        Optional.ofNullable(row.get(w.parentId)),
        Optional.ofNullable(row.get(w.uniqueKey)),
        row.get(w.submittedBy),
        headers(row.get(w.headers)),
        row.get(w.submittedAt),
        row.get(w.isOpen),
        row.get(w.members),
        row.get(w.members) - row.get(w.unsettled),
        row.get(w.completed),
        row.get(w.failed),
        row.get(w.cancelled),
        row.get(w.skipped),
        jobs,
        Optional.ofNullable(row.get(w.outcome))
            .map(code -> code.equals("skipped") ? JobStatus.CANCELLED : JobStatus.ofCode(code)),
        Optional.ofNullable(row.get(w.settledAt)),
        pause(row));
  }

  private static Headers headers(@Nullable JSONB stored) {
    return StoredHeaders.read(stored == null ? null : stored.data());
  }

  private Optional<Pause> pause(Record row) {
    Tables.Workflows w = database.tables().workflows;
    return Optional.ofNullable(row.get(w.pausedAt))
        .map(since -> new Pause(since, row.get(w.pausedBy), row.get(w.pauseReason)));
  }

  /**
   * A workflow and those that are tasks of it, at any depth.
   *
   * @throws WorkflowStore.NoSuchWorkflow if there is none
   */
  public List<UUID> withNested(UUID workflowId) {
    return withNested(database.dsl(), database.tables(), workflowId);
  }

  /**
   * Does the same in a transaction of the caller.
   *
   * @throws WorkflowStore.NoSuchWorkflow if there is none
   */
  public static List<UUID> withNested(DSLContext dsl, Tables tables, UUID workflowId) {
    Tables.Workflows w = tables.workflows;
    List<UUID> all = new ArrayList<>();
    List<UUID> level = dsl.select(w.id).from(w).where(w.id.eq(workflowId)).fetch(w.id);
    if (level.isEmpty()) {
      throw new WorkflowStore.NoSuchWorkflow(workflowId);
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
   * @param withFollowUps true to include the follow-ups
   * @param after the last job of the previous page; null for the first page
   */
  public List<UUID> jobs(
      List<UUID> workflowIds,
      Collection<JobStatus> statuses,
      boolean withFollowUps,
      @Nullable UUID after,
      int limit) {
    return jobs(
        database.planned(), database.tables(), workflowIds, statuses, withFollowUps, after, limit);
  }

  /** A page of the jobs of workflows, in a transaction of the caller. */
  static List<UUID> jobs(
      DSLContext dsl,
      Tables tables,
      List<UUID> workflowIds,
      Collection<JobStatus> statuses,
      boolean withFollowUps,
      @Nullable UUID after,
      int limit) {
    JobTables.Data d = tables.data;
    Tables.WorkflowTasks s = tables.workflowTasks;
    UnnestedRows<UUID> rows = new UnnestedRows<>("p", workflowIds);
    Field<UUID> workflowId = rows.column("id", SQLDataType.UUID, each -> each);
    // The index has the jobs of each workflow in the order of their ids, so only one page is read
    var ofOne =
        select(d.id)
            .from(d, lateral(state(tables, tables.states.status.in(statuses))))
            .where(
                d.workflowId
                    .eq(workflowId)
                    .and(
                        withFollowUps
                            ? DSL.noCondition()
                            : DSL.notExists(
                                DSL.selectOne().from(s).where(s.id.eq(d.id).and(s.isFollowUp))))
                    .and(after == null ? DSL.noCondition() : d.id.gt(after)))
            .orderBy(d.id)
            .limit(limit)
            .asTable("of_one");
    Field<UUID> id = SubqueryFields.of(ofOne, d.id);
    return dsl.select(id).from(rows.table(), lateral(ofOne)).orderBy(id).limit(limit).fetch(id);
  }

  /**
   * The state of the job of a row of {@code job_data}, if the condition is true for it. Because of
   * the limit, PostgreSQL looks it up by its id, whatever its statistics are.
   */
  private static Table<?> state(Tables tables, Condition condition) {
    JobTables.States j = tables.states;
    return select(j.status)
        .from(j)
        .where(j.id.eq(tables.data.id).and(condition))
        .limit(1)
        .asTable("state");
  }

  /**
   * A page of the follow-ups of workflows that failed or were cancelled, in the order of their ids,
   * without those whose event can happen again: another job then replaces them.
   *
   * @param after the last job of the previous page; null for the first page
   */
  static List<UUID> followUpsToRetry(
      DSLContext dsl, Tables tables, List<UUID> workflowIds, @Nullable UUID after, int limit) {
    JobTables.Ended j = tables.ended;
    Tables.WorkflowTasks s = tables.workflowTasks;
    Tables.WorkflowEdges e = tables.workflowEdges;
    return dsl.select(s.id)
        .from(s)
        .join(j)
        .on(j.id.eq(s.id))
        .where(
            s.workflowId
                .eq(DSL.any(workflowIds.toArray(UUID[]::new)))
                .and(j.status.in(StatusChange.RETRY.from()))
                .and(s.isFollowUp)
                .and(DSL.exists(DSL.selectOne().from(e).where(e.successor.eq(s.id))))
                .and(after == null ? DSL.noCondition() : s.id.gt(after)))
        .orderBy(s.id)
        .limit(limit)
        .fetch(s.id);
  }

  /**
   * The predecessors of a waiting job.
   *
   * @param workflowId its workflow
   * @param predecessors jobs and workflows that have not met their conditions yet, up to a limit
   * @param pause the pause of its workflow; empty if it is not paused
   */
  public record Waiting(UUID workflowId, List<UUID> predecessors, Optional<Pause> pause) {

    /** Makes the list immutable. */
    public Waiting {
      predecessors = List.copyOf(predecessors);
    }
  }

  /** The predecessors of a job in its workflow; empty if it belongs to none. */
  public Optional<Waiting> waiting(UUID jobId, int maxPredecessors) {
    JobTables.States j = database.tables().states;
    Tables.Workflows w = database.tables().workflows;
    Tables.WorkflowEdges e = database.tables().workflowEdges;
    return database
        .planned()
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
                    pause(row)));
  }
}
