package dev.tenon.jobs.internal.workflow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.coalesce;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.notExists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.Settlement;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The predecessors of a whole workflow: edges that lead to the workflow itself and have no task.
 * They never change. Jobs that are added later have to wait for these predecessors. Thread-safe.
 */
final class WorkflowGates {

  private final Tables tables;

  WorkflowGates(Tables tables) {
    this.tables = tables;
  }

  /**
   * A predecessor of a workflow.
   *
   * @param predecessor a job or a workflow
   * @param workflowId the workflow that the predecessor is or belongs to; null if it no longer
   *     exists
   */
  record Gate(UUID predecessor, String condition, @Nullable UUID workflowId) {}

  /** The predecessors of a workflow if none of its tasks can start yet. */
  List<Gate> of(DSLContext dsl, UUID workflowId) {
    JobTables.States j = tables.states;
    Tables.Workflows w = tables.workflows;
    Tables.WorkflowTasks s = tables.workflowTasks;
    Tables.WorkflowEdges e = tables.workflowEdges;
    var other = e.as("other");
    Field<UUID> of = coalesce(j.workflowId, w.id);
    return dsl.select(e.predecessor, e.condition, of)
        .from(e)
        .leftJoin(j)
        .on(j.id.eq(e.predecessor))
        .leftJoin(w)
        .on(w.id.eq(e.predecessor))
        .where(
            e.successor
                .eq(workflowId)
                .and(notExists(selectOne().from(s).where(s.id.eq(workflowId))))
                // A task that can start stays like that, and so do tasks that are added next to it
                .and(
                    notExists(
                        selectOne()
                            .from(other)
                            .join(s)
                            .on(s.id.eq(SubqueryFields.of(other, e.successor)))
                            .where(
                                SubqueryFields.of(other, e.predecessor)
                                    .eq(e.predecessor)
                                    .and(SubqueryFields.of(other, e.condition).eq(e.condition))
                                    .and(s.workflowId.eq(workflowId))
                                    .and(s.isReleased)))))
        .fetch(row -> new Gate(row.value1(), row.value2(), row.value3()));
  }

  /** The workflows to lock: this one, and those of its predecessors. */
  static Set<UUID> workflows(UUID workflowId, List<Gate> gates) {
    Set<UUID> all = new HashSet<>();
    all.add(workflowId);
    for (Gate gate : gates) {
      if (gate.workflowId() != null) {
        all.add(gate.workflowId());
      }
    }
    return all;
  }

  static NewGraph.NewTask task(NewJob job, UUID workflowId, List<Gate> gates) {
    return new NewGraph.NewTask(
        job.id(),
        workflowId,
        false,
        job.type(),
        gates.size(),
        0,
        null,
        false,
        null,
        job.version(),
        null,
        null,
        null);
  }

  static List<NewGraph.NewEdge> edges(List<NewJob> jobs, List<Gate> gates) {
    List<NewGraph.NewEdge> edges = new ArrayList<>();
    for (NewJob job : jobs) {
      for (Gate gate : gates) {
        edges.add(new NewGraph.NewEdge(gate.predecessor(), job.id(), gate.condition(), null, true));
      }
    }
    return edges;
  }

  /** Makes the database check the state of the predecessors before the commit. */
  void look(DSLContext dsl, List<Gate> gates) {
    Settlement.request(
        dsl,
        tables,
        gates.stream()
            .map(gate -> new Settlement.Target(gate.predecessor(), required(gate)))
            .toList(),
        Settlement.Reason.CHANGED);
  }

  private static UUID required(Gate gate) {
    return Objects.requireNonNull(gate.workflowId(), "the predecessor exists");
  }
}
