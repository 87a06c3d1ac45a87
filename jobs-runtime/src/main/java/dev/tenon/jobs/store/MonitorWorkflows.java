package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobMonitor.Dependency;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what people look at of workflows. Thread-safe. */
public final class MonitorWorkflows {

  private static final int MAX_NESTED = 1_000;
  private static final int MAX_DEPENDENCIES = 10_000;

  private final Database database;

  /** The store of this database. */
  public MonitorWorkflows(Database database) {
    this.database = database;
  }

  /** The workflow that a job belongs to. */
  public Optional<UUID> of(UUID jobId) {
    Tables.Jobs j = database.tables().jobs;
    return database
        .brief()
        .select(j.workflowId)
        .from(j)
        .where(j.id.eq(jobId).and(j.workflowId.isNotNull()))
        .fetchOptional(j.workflowId);
  }

  /** Workflows that are no steps of others, the newest first. */
  public List<UUID> list(int limit, @Nullable UUID before) {
    Tables.Workflows w = database.tables().workflows;
    return database
        .brief()
        .select(w.id)
        .from(w)
        .where(w.parentId.isNull().and(before == null ? DSL.noCondition() : w.id.lt(before)))
        .orderBy(w.id.desc())
        .limit(limit)
        .fetch(w.id);
  }

  /** Workflows that are steps of another. */
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

  /** Which members of a workflow wait for which. */
  public List<Dependency> dependencies(UUID workflowId) {
    Tables.WorkflowEdges e = database.tables().workflowEdges;
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    return database
        .brief()
        .selectDistinct(e.predecessor, e.successor, e.condition, e.state)
        .from(e)
        .where(e.successor.in(select(s.id).from(s).where(s.workflowId.eq(workflowId))))
        .orderBy(e.predecessor, e.successor, e.condition)
        .limit(MAX_DEPENDENCIES)
        .fetch(
            row ->
                new Dependency(
                    row.get(e.predecessor),
                    row.get(e.successor),
                    row.get(e.condition),
                    row.get(e.state)));
  }
}
