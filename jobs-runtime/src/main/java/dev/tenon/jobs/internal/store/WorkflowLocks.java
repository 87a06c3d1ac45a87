package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Locks workflows, always from the outermost inwards. */
public final class WorkflowLocks {

  /**
   * The maximum time that a submit, an addition and the like wait for a workflow that others hold.
   * Handlers make these calls, so they wait longer than a person who looks at a page.
   */
  public static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private WorkflowLocks() {}

  /**
   * Locks the workflows of jobs. Anything that changes waiting or ended jobs of workflows does this
   * first, because the consequences of another job's end change them under the same locks.
   */
  public static void lockOfJobs(DSLContext dsl, Tables tables, Collection<UUID> jobIds) {
    Set<UUID> workflowIds = new HashSet<>(ofJobs(dsl, tables, jobIds).values());
    if (!workflowIds.isEmpty()) {
      lock(dsl, tables, workflowIds);
    }
  }

  /** Returns the workflows of the jobs that belong to one, by the ids of the jobs. */
  public static Map<UUID, UUID> ofJobs(DSLContext dsl, Tables tables, Collection<UUID> jobIds) {
    JobTables.States j = tables.states;
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
    Field<UUID> workflowId = SubqueryFields.of(one, j.workflowId);
    return dsl.with(given)
        .select(id, workflowId)
        .from(given, DSL.lateral(one))
        .fetchMap(id, workflowId);
  }

  /**
   * Locks workflows and those that they are tasks of, from the outermost inwards: their ids were
   * made in that order.
   */
  public static void lock(DSLContext dsl, Tables tables, Collection<UUID> workflowIds) {
    Tables.Workflows w = tables.workflows;
    Set<UUID> all = withAbove(dsl, tables, workflowIds);
    dsl.select(w.id)
        .from(w)
        .where(w.id.eq(DSL.any(all.toArray(UUID[]::new))))
        .orderBy(w.id)
        .forNoKeyUpdate()
        .execute();
  }

  /**
   * Locks the workflows that nobody holds, and waits for none.
   *
   * @return those that are locked now, with all that they are tasks of
   */
  public static Set<UUID> lockFree(DSLContext dsl, Tables tables, Collection<UUID> workflowIds) {
    Tables.Workflows w = tables.workflows;
    Set<UUID> all = withAbove(dsl, tables, workflowIds);
    Set<UUID> free = new HashSet<>();
    dsl.select(w.id, w.parentId)
        .from(w)
        .where(w.id.eq(DSL.any(all.toArray(UUID[]::new))))
        .orderBy(w.id)
        .forNoKeyUpdate()
        .skipLocked()
        .forEach(
            row -> {
              // The outer one comes first
              if (row.value2() == null || free.contains(row.value2())) {
                free.add(row.value1());
              }
            });
    return free;
  }

  /** Returns these workflows and those that they are tasks of, at any depth. */
  public static Set<UUID> withAbove(DSLContext dsl, Tables tables, Collection<UUID> workflowIds) {
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
