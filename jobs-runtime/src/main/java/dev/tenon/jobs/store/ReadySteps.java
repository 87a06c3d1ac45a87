package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.store.PreparationStore.Ready;
import dev.tenon.jobs.store.PreparationStore.Result;
import dev.tenon.jobs.store.PreparationStore.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the steps whose payloads can be made, with the results of the steps before them. */
final class ReadySteps {

  private final Tables tables;

  ReadySteps(Tables tables) {
    this.tables = tables;
  }

  /**
   * Some of the steps of workflows whose payloads can be made, the one first that has waited for
   * longest.
   */
  List<Ready> find(DSLContext dsl, Collection<String> types, List<UUID> workflowIds, int limit) {
    Tables.Jobs j = tables.jobs;
    Tables.WorkflowSteps s = tables.workflowSteps;
    Tables.Workflows w = tables.workflows;
    var rows =
        dsl.select(s.fields())
            .select(j.payload, j.version, w.submittedBy)
            .from(s)
            .join(w)
            .on(w.id.eq(s.workflowId))
            .leftJoin(j)
            .on(j.id.eq(s.id))
            .where(
                s.prepareAt
                    .le(currentInstant())
                    .and(s.type.eq(DSL.any(types.toArray(String[]::new))))
                    .and(s.workflowId.eq(DSL.any(workflowIds.toArray(UUID[]::new)))))
            .orderBy(s.prepareAt)
            .limit(limit)
            .fetch();
    Map<UUID, List<Results>> results = results(dsl, rows.getValues(s.id));
    return rows.map(row -> ready(row, results.getOrDefault(row.get(s.id), List.of())));
  }

  private Ready ready(Record row, List<Results> results) {
    Tables.Jobs j = tables.jobs;
    Tables.WorkflowSteps s = tables.workflowSteps;
    boolean isForEach = row.get(s.isForEach);
    @Nullable JSON draft = isForEach ? row.get(s.draft) : row.get(j.payload);
    return new Ready(
        row.get(s.id),
        row.get(s.workflowId),
        row.get(s.type),
        isForEach ? row.get(s.version) : row.get(j.version),
        row.get(s.input),
        isForEach,
        draft == null ? "null" : draft.data(),
        row.get(tables.workflows.submittedBy),
        row.get(s.itemId),
        row.get(s.priority),
        Duration.ofMillis(row.get(s.delayMillis)),
        results);
  }

  private Map<UUID, List<Results>> results(DSLContext dsl, List<UUID> stepIds) {
    Tables.Jobs j = tables.jobs;
    Tables.WorkflowEdges e = tables.workflowEdges;
    Tables.Workflows w = tables.workflows;
    Map<UUID, List<Results>> results = new HashMap<>();
    dsl.select(e.successor, w.id, j.id, j.type, j.resultVersion, j.result, w.name)
        .from(e)
        .leftJoin(w)
        .on(w.id.eq(e.predecessor))
        .leftJoin(j)
        .on(j.id.eq(e.predecessor))
        .where(e.successor.eq(DSL.any(stepIds.toArray(UUID[]::new))).and(e.position.isNotNull()))
        .orderBy(e.successor, e.position)
        .forEach(
            row ->
                results
                    .computeIfAbsent(row.value1(), unused -> new ArrayList<>())
                    .add(
                        row.value2() != null
                            ? new Results(row.value7(), resultsOf(dsl, row.value2()))
                            : new Results(
                                null,
                                List.of(
                                    new Result(
                                        Objects.requireNonNull(row.value3()),
                                        row.value4(),
                                        row.value5(),
                                        text(row.value6()))))));
    return results;
  }

  private List<Result> resultsOf(DSLContext dsl, UUID workflowId) {
    Tables.Jobs j = tables.jobs;
    return dsl.select(j.id, j.type, j.resultVersion, j.result)
        .from(j)
        .where(j.workflowId.eq(workflowId).and(j.status.eq(JobStatus.COMPLETED)))
        .orderBy(j.id)
        .fetch(row -> new Result(row.value1(), row.value2(), row.value3(), text(row.value4())));
  }

  private static @Nullable String text(@Nullable JSON json) {
    return json == null ? null : json.data();
  }
}
