package dev.tenon.jobs.internal.workflow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.LockedJobs;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.internal.workflow.PreparationStore.Ready;
import dev.tenon.jobs.internal.workflow.PreparationStore.Result;
import dev.tenon.jobs.internal.workflow.PreparationStore.Results;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the tasks whose payloads can be made, with the results of earlier tasks. */
final class ReadyTasks {

  /** The number of rows that PostgreSQL's driver holds at a time; they may be large. */
  private static final int FETCH_SIZE = 16;

  private static final Field<JSONB> HEADERS = DSL.field(DSL.name("own_headers"), SQLDataType.JSONB);

  private final Tables tables;
  private final int maxResultBytes;

  ReadyTasks(Tables tables, int maxResultBytes) {
    this.tables = tables;
    this.maxResultBytes = maxResultBytes;
  }

  int maxResultBytes() {
    return maxResultBytes;
  }

  /**
   * Tasks whose payloads can be made.
   *
   * @param ready the tasks with the results of earlier tasks
   * @param tooLarge the tasks whose results are too large, without the results, and the least
   *     number of bytes that these have
   * @param hasMore true if there may be others
   */
  record Found(List<Ready> ready, Map<Ready, Long> tooLarge, boolean hasMore) {}

  /**
   * Some of the tasks of workflows whose payloads can be made, the one that has waited longest
   * first: no more than fit into memory, but at least one.
   */
  Found find(DSLContext dsl, Collection<String> types, List<UUID> workflowIds, int limit) {
    JobTables.Live j = tables.live;
    JobTables.Data d = tables.data;
    Tables.WorkflowTasks s = tables.workflowTasks;
    Tables.Workflows w = tables.workflows;
    // A task with many jobs is a workflow itself
    var own = w.as("own");
    var ownHeaders =
        DSL.field(
                select(SubqueryFields.of(own, w.headers))
                    .from(own)
                    .where(SubqueryFields.of(own, w.id).eq(s.id)))
            .as(HEADERS);
    Map<Ready, Long> tooLarge = new LinkedHashMap<>();
    List<Ready> ready = new ArrayList<>();
    long held = 0;
    int seen = 0;
    try (var rows =
        dsl.select(s.fields())
            .select(d.payload, d.version, w.submittedBy, ownHeaders)
            .from(s)
            .join(w)
            .on(w.id.eq(s.workflowId))
            .leftJoin(j)
            .on(j.id.eq(s.id))
            .leftJoin(d)
            .on(d.type.eq(j.type).and(d.id.eq(j.id)))
            .where(
                s.prepareAt
                    .le(currentInstant())
                    .and(s.type.eq(DSL.any(types.toArray(String[]::new))))
                    .and(s.workflowId.eq(DSL.any(workflowIds.toArray(UUID[]::new))))
                    // Those that were cancelled are set aside
                    .and(DSL.condition(s.isForEach).or(j.status.eq(JobStatus.PENDING))))
            .orderBy(s.prepareAt)
            .limit(limit)
            .fetchSize(FETCH_SIZE)
            .fetchLazy()) {
      for (Record row : rows) {
        seen++;
        TaskResults results = new TaskResults(dsl, row.get(s.id));
        Ready task = ready(row, results.all);
        held += results.bytes + task.draft().length();
        if (results.bytes > maxResultBytes) {
          tooLarge.put(ready(row, List.of()), results.bytes);
          held -= results.bytes;
        } else if (held > maxResultBytes && !ready.isEmpty()) {
          return new Found(ready, tooLarge, true);
        } else {
          ready.add(task);
        }
      }
    }
    return new Found(ready, tooLarge, seen == limit);
  }

  private Ready ready(Record row, List<Results> results) {
    JobTables.Data d = tables.data;
    Tables.WorkflowTasks s = tables.workflowTasks;
    boolean isForEach = row.get(s.isForEach);
    @Nullable JSONB headers = row.get(HEADERS);
    @Nullable JSON draft = isForEach ? row.get(s.draft) : row.get(d.payload);
    return new Ready(
        row.get(s.id),
        row.get(s.workflowId),
        row.get(s.type),
        isForEach ? row.get(s.version) : row.get(d.version),
        row.get(s.input),
        isForEach,
        draft == null ? "null" : draft.data(),
        row.get(tables.workflows.submittedBy),
        row.get(s.itemId),
        row.get(s.priority),
        StoredHeaders.read(headers == null ? null : headers.data()),
        NewJob.LatestStart.of(row.get(s.startWithinMillis), row.get(s.startBefore)),
        Duration.ofMillis(row.get(s.delayMillis)),
        row.get(s.prepareAt),
        results);
  }

  /** The results that the payload of a task is made from, as long as they are not too large. */
  private final class TaskResults {

    final List<Results> all = new ArrayList<>();

    /** The size of all results that were read; once this is too large, no more are read. */
    long bytes;

    TaskResults(DSLContext dsl, UUID taskId) {
      JobTables.States j = tables.states;
      Tables.WorkflowEdges e = tables.workflowEdges;
      Tables.Workflows w = tables.workflows;
      dsl.select(w.id, j.id, j.type, j.resultVersion, j.result, w.name)
          .from(e)
          .leftJoin(w)
          .on(w.id.eq(e.predecessor))
          .leftJoin(j)
          .on(j.id.eq(e.predecessor))
          .where(e.successor.eq(taskId).and(e.position.isNotNull()))
          .orderBy(e.position)
          .forEach(
              row ->
                  all.add(
                      row.value1() != null
                          ? new Results(row.value6(), resultsOf(dsl, row.value1()))
                          : new Results(
                              null,
                              List.of(
                                  result(
                                      Objects.requireNonNull(row.value2()),
                                      row.value3(),
                                      row.value4(),
                                      row.value5())))));
    }

    private List<Result> resultsOf(DSLContext dsl, UUID workflowId) {
      JobTables.Data d = tables.data;
      JobTables.Ended j = tables.ended;
      List<Result> results = new ArrayList<>();
      // With a limit, each is looked up by its id, whatever statistics PostgreSQL has
      var ended =
          select(j.id, j.type, j.resultVersion, j.result)
              .from(j)
              .where(j.id.eq(d.id).and(LockedJobs.isIn(j.status, List.of(JobStatus.COMPLETED))))
              .limit(1)
              .asTable("ended");
      Field<JSON> result = SubqueryFields.of(ended, j.result);
      Condition isOfTask = d.workflowId.eq(workflowId);
      // The stored size, maybe compressed: this finds results that are certainly too large without
      // reading them
      long stored =
          dsl.select(DSL.field("sum(pg_column_size({0}))", Long.class, result))
              .from(d, lateral(ended))
              .where(isOfTask)
              .fetchOptional(0, Long.class)
              .orElse(0L);
      if (bytes + stored > maxResultBytes) {
        bytes += stored;
        return results;
      }
      try (var rows =
          dsl.select(
                  SubqueryFields.of(ended, j.id),
                  SubqueryFields.of(ended, j.type),
                  SubqueryFields.of(ended, j.resultVersion),
                  result)
              .from(d, lateral(ended))
              .where(isOfTask)
              .orderBy(d.id)
              .fetchSize(FETCH_SIZE)
              .fetchLazy()) {
        for (var row : rows) {
          results.add(result(row.value1(), row.value2(), row.value3(), row.value4()));
          if (bytes > maxResultBytes) {
            break;
          }
        }
      }
      return results;
    }

    private Result result(
        UUID jobId, String type, @Nullable Integer version, @Nullable JSON result) {
      String json = result == null ? null : result.data();
      bytes += json == null ? 0 : StoredText.utf8Length(json);
      return new Result(jobId, type, version, json);
    }
  }
}
