package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Locks workflows, always from the outermost on. */
final class WorkflowLocks {

  private WorkflowLocks() {}

  /**
   * Locks the workflows of jobs. Whoever changes jobs of workflows that wait or have ended does
   * this first, since what follows from the end of another job changes them under the same locks.
   */
  static void lockOfJobs(DSLContext dsl, Tables tables, Collection<UUID> jobIds) {
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
      lock(dsl, tables, workflowIds);
    }
  }

  /**
   * Locks workflows and those that they are steps of, from the outermost on: their ids were made in
   * that order.
   */
  static void lock(DSLContext dsl, Tables tables, Collection<UUID> workflowIds) {
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
}
