package dev.tenon.jobs.internal.workflow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.Settlement;
import dev.tenon.jobs.internal.store.TaskRetries;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Changes tasks with many jobs that have none yet, in a transaction of the caller, which has locked
 * their workflows.
 */
final class ForEachTasks {

  private ForEachTasks() {}

  /**
   * Has the payloads of tasks with many jobs made again, if they could not be made before or were
   * not needed.
   *
   * @param workflowIds the workflows, among them tasks with many jobs
   * @return the tasks that this applies to, and whose predecessors have not broken a condition
   */
  static List<UUID> prepareAgain(DSLContext dsl, Tables tables, List<UUID> workflowIds) {
    Tables.WorkflowTasks s = tables.workflowTasks;
    Tables.Workflows w = tables.workflows;
    Map<UUID, Boolean> cancelled =
        dsl.select(s.id, s.error.eq(PreparationStore.CANCELLED))
            .from(s)
            .where(
                s.id
                    .eq(DSL.any(workflowIds.toArray(UUID[]::new)))
                    .and(s.isForEach)
                    .and(s.error.isNotNull())
                    .and(TaskRetries.isStopped(s).not()))
            .fetchMap(row -> row.value1(), row -> row.value2());
    UUID[] ids = cancelled.keySet().toArray(UUID[]::new);
    dsl.update(s)
        .set(s.prepareAt, when(s.isReleased, currentInstant()))
        .setNull(s.error)
        .where(s.id.eq(DSL.any(ids)))
        .execute();
    cancelled.forEach(
        (id, wasCancelled) ->
            dsl.update(w)
                .set(w.isOpen, true)
                .set(w.members, w.members.minus(1))
                .set(w.failed, w.failed.minus(wasCancelled ? 0 : 1))
                .set(w.cancelled, w.cancelled.minus(wasCancelled ? 1 : 0))
                .where(w.id.eq(id))
                .execute());
    Settlement.request(dsl, tables, List.of(ids), Settlement.Reason.RETRIED);
    return List.of(ids);
  }

  /**
   * Cancels tasks with many jobs that have none yet. Each counts as one job, which was cancelled.
   *
   * @param workflowIds the workflows, among them tasks with many jobs
   * @return the number of these tasks
   */
  static int cancel(DSLContext dsl, Tables tables, List<UUID> workflowIds) {
    Tables.WorkflowTasks s = tables.workflowTasks;
    Tables.Workflows w = tables.workflows;
    List<UUID> waiting =
        dsl.select(s.id)
            .from(s)
            .join(w)
            .on(w.id.eq(s.id))
            .where(
                s.id.eq(DSL.any(workflowIds.toArray(UUID[]::new))).and(s.isForEach).and(w.isOpen))
            .fetch(s.id);
    UUID[] ids = waiting.toArray(UUID[]::new);
    dsl.update(s)
        .setNull(s.prepareAt)
        .set(s.error, PreparationStore.CANCELLED)
        .where(s.id.eq(DSL.any(ids)))
        .execute();
    dsl.update(w)
        .set(w.isOpen, false)
        .set(w.members, w.members.plus(1))
        .set(w.cancelled, w.cancelled.plus(1))
        .where(w.id.eq(DSL.any(ids)))
        .execute();
    Settlement.request(dsl, tables, waiting, Settlement.Reason.CHANGED);
    return ids.length;
  }
}
