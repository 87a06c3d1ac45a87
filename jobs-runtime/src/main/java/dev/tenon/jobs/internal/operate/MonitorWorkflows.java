package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.Page;
import dev.tenon.jobs.definition.TaskCondition;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobMonitor.Dependency;
import dev.tenon.jobs.workflow.WorkflowQuery;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads workflows for people who operate jobs. Thread-safe. */
public final class MonitorWorkflows {

  private static final int MAX_NESTED = 1_000;
  private static final int MAX_DEPENDENCIES = 10_000;

  private final Database database;
  private final PatientReads reads;

  /** The store of this database. */
  public MonitorWorkflows(Database database) {
    this.database = database;
    this.reads = new PatientReads(database);
  }

  /** The workflow that a job belongs to. */
  public Optional<UUID> of(UUID jobId) {
    JobTables.States j = database.tables().states;
    return database
        .brief()
        .select(j.workflowId)
        .from(j)
        .where(j.id.eq(jobId).and(j.workflowId.isNotNull()))
        .fetchOptional(j.workflowId);
  }

  /** A page of the ids of workflows that are not tasks of others, newest first. */
  public Page<UUID> list(WorkflowQuery query) {
    List<UUID> ids =
        reads.byIndexes(
            dsl -> dsl.fetch(page(query)).map(row -> row.get(database.tables().workflows.id)));
    if (ids.size() <= query.limit()) {
      return Page.last(ids);
    }
    List<UUID> page = ids.subList(0, query.limit());
    return Page.followed(page, Cursors.ofWorkflow(page.get(page.size() - 1)));
  }

  /**
   * A query for one workflow more than requested. Each index has its workflows in the order of
   * their ids; those of two outcomes are merged.
   */
  Select<Record1<UUID>> page(WorkflowQuery query) {
    Tables.Workflows w = database.tables().workflows;
    var page =
        states(w, query).stream()
            .<Select<Record1<UUID>>>map(
                state ->
                    select(w.id)
                        .from(w)
                        .where(w.parentId.isNull().and(state).and(which(w, query)))
                        .orderBy(w.id.desc()))
            .reduce(Select::unionAll)
            .orElseThrow()
            .asTable("page");
    Field<UUID> id = SubqueryFields.of(page, w.id);
    return select(id).from(page).orderBy(id.desc()).limit(query.limit() + 1);
  }

  private static List<Condition> states(Tables.Workflows w, WorkflowQuery query) {
    return query
        .state()
        .map(
            state ->
                switch (state) {
                  case RUNNING -> List.of(w.outcome.isNull().and(w.pausedAt.isNull()));
                  case PAUSED -> List.of(w.outcome.isNull().and(w.pausedAt.isNotNull()));
                  case COMPLETED -> List.of(ended(w, "completed"));
                  case FAILED -> List.of(ended(w, "failed"));
                  case CANCELLED -> List.of(ended(w, "cancelled"), ended(w, "skipped"));
                })
        .orElseGet(() -> List.of(DSL.noCondition()));
  }

  private static Condition ended(Tables.Workflows w, String outcome) {
    return w.outcome.eq(inline(outcome));
  }

  private static Condition which(Tables.Workflows w, WorkflowQuery query) {
    return DSL.and(
        query.name().map(w.name::eq).orElseGet(DSL::noCondition),
        query
            .submittedAfter()
            .map(JobConditions::firstIdOf)
            .map(w.id::ge)
            .orElseGet(DSL::noCondition),
        query
            .submittedBefore()
            .map(JobConditions::firstIdOf)
            .map(w.id::lt)
            .orElseGet(DSL::noCondition),
        query.cursor().map(Cursors::workflow).map(w.id::lt).orElseGet(DSL::noCondition));
  }

  /** Workflows that are tasks of another. */
  public List<UUID> nested(UUID workflowId) {
    Tables.Workflows w = database.tables().workflows;
    return database
        .brief()
        .select(w.id)
        .from(w)
        .where(w.parentId.eq(workflowId))
        .orderBy(w.id)
        .limit(MAX_NESTED)
        .fetch(w.id);
  }

  /** The dependencies between the members of a workflow. */
  public List<Dependency> dependencies(UUID workflowId) {
    Tables.WorkflowEdges e = database.tables().workflowEdges;
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    return database
        .brief()
        .selectDistinct(e.predecessor, e.successor, e.condition, e.state)
        .from(e)
        .where(e.successor.in(select(s.id).from(s).where(s.workflowId.eq(workflowId))))
        .orderBy(e.predecessor, e.successor, e.condition)
        .limit(MAX_DEPENDENCIES)
        .fetch(
            row ->
                new MonitorRows.Dependency(
                    row.get(e.predecessor),
                    row.get(e.successor),
                    TaskCondition.ofCode(row.get(e.condition)),
                    Dependency.State.ofCode(row.get(e.state))));
  }
}
