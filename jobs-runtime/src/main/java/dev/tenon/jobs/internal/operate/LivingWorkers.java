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

/** Reads which workers have registered, and what they run. Thread-safe. */
public final class LivingWorkers {

  private final Database database;

  /** The workers of this database. */
  public LivingWorkers(Database database) {
    this.database = database;
  }

  /**
   * A worker.
   *
   * @param id its id
   * @param host the machine it runs on; empty if it did not say
   * @param processId its process there; 0 if it did not say
   * @param concurrency how many jobs it runs at a time
   * @param startedAt since when
   * @param silentFor how long ago its last heartbeat was
   * @param role the role of the database for a worker that is not Java; null for Java
   * @param types the job types that it runs, if it is Java; else empty
   * @param quietedAt since when it claims nothing more; null if nobody has told it so
   * @param running what it runs, the longest first
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
   * A job that runs.
   *
   * @param jobId the job
   * @param type its type
   * @param startedAt since when
   */
  public record Running(UUID jobId, String type, @Nullable Instant startedAt) {}

  /** All workers that have registered and are not removed yet, by id. */
  public List<Row> list() {
    Map<String, List<Running>> running = running();
    Tables.Workers w = database.tables().workers;
    Field<Instant> now = currentInstant().as("now");
    return database
        .dsl()
        .select(w.fields())
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
