package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the registered workers, and the jobs that they run. Thread-safe. */
public final class LiveWorkers {

  private final Database database;

  /** Creates a reader for this database. */
  public LiveWorkers(Database database) {
    this.database = database;
  }

  /**
   * A worker.
   *
   * @param id its id
   * @param host the name of its host; empty if it is not known
   * @param processId the id of its process there; 0 if it is not known
   * @param concurrency the largest number of jobs that it runs at a time
   * @param startedAt the time when it started
   * @param silentFor the time since its last heartbeat
   * @param role the database role of a worker in another language; null for a worker in Java
   * @param types the job types that a worker in Java handles; otherwise empty
   * @param quietedAt the time when it was quieted; null if it is not quieted
   * @param running the jobs that it runs, longest running first
   */
  public record Row(
      String id,
      String host,
      long processId,
      int concurrency,
      Instant startedAt,
      Duration silentFor,
      @Nullable String role,
      List<String> types,
      @Nullable Instant quietedAt,
      List<Running> running) {}

  /**
   * A running job.
   *
   * @param jobId the job
   * @param type its type
   * @param startedAt the time when the attempt started
   */
  public record Running(UUID jobId, String type, @Nullable Instant startedAt) {}

  /** All workers that have registered and have not been removed yet, by id. */
  public List<Row> list() {
    Map<String, List<Running>> running = running();
    Tables.Workers w = database.tables().workers;
    Field<Instant> now = currentInstant().as("now");
    return database
        .dsl()
        .select(w.withoutBuild())
        .select(now)
        .from(w)
        .orderBy(w.id)
        .fetch(
            row ->
                new Row(
                    row.get(w.id),
                    row.get(w.host),
                    row.get(w.processId),
                    row.get(w.concurrency),
                    row.get(w.startedAt),
                    Duration.between(row.get(w.heartbeatAt), row.get(now)),
                    row.get(w.role),
                    List.of(row.get(w.types)),
                    row.get(w.quietedAt),
                    running.getOrDefault(row.get(w.id), List.of())));
  }

  private Map<String, List<Running>> running() {
    Tables.Jobs j = database.tables().jobs;
    JobPages.Found running = JobPages.running(database.tables());
    Map<String, List<Running>> byWorker = new HashMap<>();
    database
        .planned()
        .fetch(
            running
                .select(List.of(j.workerId, j.id, j.type, j.startedAt))
                .orderBy(running.columns().of(j.startedAt)))
        .forEach(
            row ->
                byWorker
                    .computeIfAbsent(row.get(j.workerId), id -> new ArrayList<>())
                    .add(new Running(row.get(j.id), row.get(j.type), row.get(j.startedAt))));
    return byWorker;
  }
}
