package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.val;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.operate.JobMonitor.RunningJob;
import dev.tenon.jobs.operate.JobMonitor.Worker;
import dev.tenon.jobs.operate.WorkerQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads workers for people who operate jobs. Thread-safe. */
public final class MonitorWorkers {

  private static final int MAX_WORKERS = 1_000;
  private static final int MAX_RUNNING = 10_000;
  private static final int MAX_RUNNING_OF_WORKER = 100;

  private final PatientReads reads;
  private final Tables tables;

  /** The store of this database. */
  public MonitorWorkers(Database database) {
    this.reads = new PatientReads(database);
    this.tables = database.tables();
  }

  /**
   * Workers, with the jobs that they run, sorted by id. If there are too many, those that are lost
   * are left out.
   *
   * @param silence the time without a heartbeat that makes a worker count as lost
   */
  public List<Worker> list(WorkerQuery query, Duration silence) {
    Tables.Workers w = tables.workers;
    Tables.WorkerGrants g = tables.workerGrants;
    Field<Boolean> isLive =
        DSL.field(w.heartbeatAt.gt(Intervals.beforeNow(silence.toMillis()))).as("live");
    return reads.patiently(
        dsl -> {
          Map<String, List<RunningJob>> running = running(dsl);
          Map<String, List<String>> granted =
              dsl.select(g.role, g.type).from(g).orderBy(g.type).fetchGroups(g.role, g.type);
          return dsl
              .select(w.withoutBuild())
              .select(isLive)
              .from(w)
              .where(which(query))
              .orderBy(isLive.desc(), w.id)
              .limit(MAX_WORKERS)
              .fetch(row -> state(row, row.get(isLive), granted, running))
              .stream()
              .sorted(Comparator.comparing(Worker::id))
              .toList();
        });
  }

  /** The conditions of a query. There are never many workers, so no index is needed. */
  private Condition which(WorkerQuery query) {
    Tables.Workers w = tables.workers;
    Tables.WorkerGrants g = tables.workerGrants;
    Condition isOfType =
        query
            .type()
            .map(
                type ->
                    val(type)
                        .eq(DSL.any(w.types))
                        .or(
                            exists(
                                selectOne().from(g).where(g.role.eq(w.role).and(g.type.eq(type))))))
            .orElseGet(DSL::noCondition);
    Condition isOfHost =
        DSL.and(
            query.host().map(w.host::containsIgnoreCase).orElseGet(DSL::noCondition),
            query.applicationVersion().map(w.applicationVersion::eq).orElseGet(DSL::noCondition));
    if (query.version().isEmpty()) {
      return DSL.and(isOfType, isOfHost);
    }
    Field<Integer> version = val(query.version().getAsInt());
    Condition knows =
        query
            .type()
            .map(
                type ->
                    DSL.field(
                            "({0})[array_position({1}, {2})]",
                            SQLDataType.INTEGER, w.versions, w.types, val(type))
                        .eq(version))
            .orElseGet(() -> version.eq(DSL.any(w.versions)));
    return DSL.and(isOfType, isOfHost, knows);
  }

  /** A Java worker says itself that it has nothing left to do; of others, the jobs say it. */
  private boolean isDrained(
      Record row, @Nullable String role, Map<String, List<RunningJob>> running) {
    Tables.Workers w = tables.workers;
    Instant quietedAt = row.get(w.quietedAt);
    if (quietedAt == null) {
      return false;
    }
    if (role == null) {
      Instant drainedAt = row.get(w.drainedAt);
      return drainedAt != null && !drainedAt.isBefore(quietedAt);
    }
    return row.get(w.heartbeatAt).isAfter(quietedAt) && !running.containsKey(row.get(w.id));
  }

  private Map<String, List<RunningJob>> running(DSLContext dsl) {
    JobPages.Found found = JobPages.running(tables);
    Tables.Jobs j = tables.jobs;
    Map<String, List<RunningJob>> running = new HashMap<>();
    dsl.fetch(found.select(List.of(j.workerId, j.id, j.type, j.startedAt)).limit(MAX_RUNNING))
        .forEach(
            row ->
                running
                    .computeIfAbsent(row.get(j.workerId), any -> new ArrayList<>())
                    .add(
                        new MonitorRows.RunningJob(
                            row.get(j.id), row.get(j.type), row.get(j.startedAt))));
    return running;
  }

  private Worker state(
      Record row,
      boolean isLive,
      Map<String, List<String>> granted,
      Map<String, List<RunningJob>> running) {
    Tables.Workers w = tables.workers;
    String role = row.get(w.role);
    String[] types = row.get(w.types);
    Integer[] versions = row.get(w.versions);
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < types.length; i++) {
      known.put(types[i], versions[i]);
    }
    return new MonitorRows.Worker(
        row.get(w.id),
        row.get(w.host),
        row.get(w.processId),
        row.get(w.concurrency),
        row.get(w.startedAt),
        row.get(w.heartbeatAt),
        isLive,
        Optional.ofNullable(role),
        role != null ? granted.getOrDefault(role, List.of()) : Arrays.asList(types),
        known,
        Optional.ofNullable(row.get(w.quietedAt)),
        isDrained(row, role, running),
        Optional.ofNullable(row.get(w.applicationVersion)),
        running.getOrDefault(row.get(w.id), List.of()).stream()
            .sorted(Comparator.comparing(RunningJob::startedAt))
            .limit(MAX_RUNNING_OF_WORKER)
            .toList());
  }
}
