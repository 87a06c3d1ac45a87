package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.field;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.val;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Name;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the database functions that end waiting jobs and restart ended ones, in a transaction of
 * the caller. They wait for jobs that others have locked. The caller must have locked the workflows
 * of the jobs.
 */
public final class LifeCycle {

  private LifeCycle() {}

  /** Cancels the waiting ones of the jobs, and returns their number. */
  static int cancelWaiting(DSLContext dsl, Tables tables, Collection<UUID> ids) {
    return dsl.fetchCount(
        select(field(name("id"), SQLDataType.UUID))
            .from(
                DSL.table(
                        "{0}({1}, {2})",
                        function(tables, "end_waiting_jobs"), array(ids), inline("cancelled"))
                    .as("e", "id")));
  }

  /** Ends the waiting ones of these tasks because they are not needed, and returns their number. */
  public static int skip(DSLContext dsl, Tables tables, Collection<UUID> ids) {
    return dsl.fetchCount(
        select(field(name("id"), SQLDataType.UUID))
            .from(
                DSL.table(
                        "{0}({1}, {2}, {3})",
                        function(tables, "end_waiting_jobs"),
                        array(ids),
                        inline("cancelled"),
                        inline(true))
                    .as("e", "id")));
  }

  /** Fails a waiting task of a workflow because its payload cannot be made. */
  public static void refuse(
      DSLContext dsl,
      Tables tables,
      UUID id,
      JobError.Reason reason,
      @Nullable String errorClass,
      String message) {
    int unused =
        dsl.fetchCount(
            select(field(name("id"), SQLDataType.UUID))
                .from(
                    DSL.table(
                            "{0}({1}, {2}, {3}, {4}, {5}, {6})",
                            function(tables, "end_waiting_jobs"),
                            array(List.of(id)),
                            inline("failed"),
                            inline(false),
                            val(new String[] {reason.code()}),
                            val(new @Nullable String[] {errorClass}),
                            val(new String[] {message}))
                        .as("e", "id")));
  }

  /**
   * Sets the failed and cancelled ones of the jobs back to pending.
   *
   * @param dueTimes the time when each is due, by the ids of the jobs
   */
  static List<ControlStore.Retried> restore(
      DSLContext dsl, Tables tables, Map<UUID, Instant> dueTimes) {
    JobTables.Live j = tables.live;
    List<Map.Entry<UUID, Instant>> jobs = List.copyOf(dueTimes.entrySet());
    return dsl.select(
            field(name("id"), j.id.getDataType()),
            field(name("type"), j.type.getDataType()),
            field(name("routing_key"), j.routingKey.getDataType()),
            field(name("priority"), j.priority.getDataType()),
            field(name("lease"), j.lease.getDataType()),
            field(name("is_external"), SQLDataType.BOOLEAN),
            field(name("is_published"), SQLDataType.BOOLEAN))
        .from(
            DSL.table(
                "{0}({1}, {2})",
                function(tables, "restore_jobs"),
                array(jobs.stream().map(Map.Entry::getKey).toList()),
                val(jobs.stream().map(Map.Entry::getValue).toArray(Instant[]::new))))
        .fetch(
            Records.mapping(
                (id, type, routingKey, priority, lease, isExternal, isPublished) ->
                    new ControlStore.Retried(
                        new JobPointer(id, type, routingKey, priority, lease, isExternal),
                        isPublished)));
  }

  /**
   * A job or task that runs again.
   *
   * @param job the job; null for a task that has none yet
   * @param starts true if it waits for no other task
   */
  public record RunAgain(ControlStore.@Nullable Retried job, boolean starts) {}

  /**
   * Resets a task of workflows that have ended, and everything that depends on it.
   *
   * @param workflowIds the workflow with all that are tasks of it
   */
  public static List<RunAgain> runAgainFrom(
      DSLContext dsl, Tables tables, List<UUID> workflowIds, UUID taskId) {
    JobTables.Live j = tables.live;
    return dsl.select(
            field(name("id"), j.id.getDataType()),
            field(name("type"), j.type.getDataType()),
            field(name("routing_key"), j.routingKey.getDataType()),
            field(name("priority"), j.priority.getDataType()),
            field(name("lease"), j.lease.getDataType()),
            field(name("is_external"), SQLDataType.BOOLEAN),
            field(name("is_published"), SQLDataType.BOOLEAN),
            field(name("starts"), SQLDataType.BOOLEAN))
        .from(
            DSL.table(
                "{0}({1}, {2})",
                function(tables, "run_again_from"), array(workflowIds), val(taskId)))
        .fetch(
            Records.mapping(
                (id, type, routingKey, priority, lease, isExternal, isPublished, starts) ->
                    new RunAgain(
                        type == null
                            ? null
                            : new ControlStore.Retried(
                                new JobPointer(id, type, routingKey, priority, lease, isExternal),
                                isPublished),
                        starts)));
  }

  /**
   * Deletes the ended ones of the jobs with everything that belongs to them, and returns their
   * number.
   */
  public static int delete(DSLContext dsl, Tables tables, Collection<UUID> ids) {
    return dsl.select(
            field("{0}({1})", SQLDataType.INTEGER, function(tables, "delete_jobs"), array(ids)))
        .fetchSingle()
        .value1();
  }

  private static Name function(Tables tables, String name) {
    return name(tables.live.getSchema().getQualifiedName(), name(name));
  }

  private static Field<UUID[]> array(Collection<UUID> ids) {
    return val(ids.toArray(UUID[]::new));
  }
}
