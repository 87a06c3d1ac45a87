package dev.tenon.jobs.internal.workflow;

import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.List;
import java.util.UUID;

/** Assigns jobs that a workflow task makes from results to a trace. Thread-safe. */
final class TaskTraces {

  private final Tables tables;

  TaskTraces(Tables tables) {
    this.tables = tables;
  }

  /** The jobs with the trace of the submit that their results come from. */
  List<NewJob> traced(DSLContext dsl, UUID taskId, List<NewJob> jobs) {
    if (jobs.isEmpty()) {
      return jobs;
    }
    JobTables.Data d = tables.data;
    JobTables.States j = tables.states;
    Tables.WorkflowEdges e = tables.workflowEdges;
    List<UUID> before =
        dsl.select(e.predecessor).from(e).where(e.successor.eq(taskId)).fetch(e.predecessor);
    UUID[] ids = before.toArray(UUID[]::new);
    String context =
        dsl.select(d.traceContext)
            .from(j)
            .join(d)
            .on(d.type.eq(j.type).and(d.id.eq(j.id)))
            .where(j.id.eq(DSL.any(ids)).and(d.traceContext.isNotNull()))
            .limit(1)
            .fetchOne(d.traceContext);
    if (context == null) {
      // The earlier task has many jobs, and all of them have the same trace
      context =
          dsl.select(d.traceContext)
              .from(d)
              .where(d.workflowId.eq(DSL.any(ids)))
              .orderBy(d.workflowId, d.id)
              .limit(1)
              .fetchOne(d.traceContext);
    }
    if (context == null) {
      return jobs;
    }
    String found = context;
    return jobs.stream().map(job -> job.tracedBy(found)).toList();
  }
}
