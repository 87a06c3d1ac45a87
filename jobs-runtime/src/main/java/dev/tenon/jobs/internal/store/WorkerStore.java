package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.internal.liveness.CurrentSession;
import dev.tenon.jobs.internal.liveness.ProcessSession;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Registers workers, records their heartbeats, and tells them what they run. Thread-safe. */
public final class WorkerStore {

  /**
   * The identity of this process. Host name and process id are not enough, because containers often
   * share both. It is a system property of the JVM, because an application may load this class
   * several times.
   */
  private static final UUID PROCESS =
      UUID.fromString(
          (String)
              System.getProperties()
                  .computeIfAbsent(
                      "dev.tenon.jobs.process", unused -> UUID.randomUUID().toString()));

  private final Database database;
  private final CurrentSession session;
  private final HotStatement forgetClaims;

  /** The store of this database, for a process without a session. */
  public WorkerStore(Database database) {
    this(database, new CurrentSession());
  }

  /**
   * The store of this database.
   *
   * @param session the session of this process, which each heartbeat records
   */
  public WorkerStore(Database database, CurrentSession session) {
    this.database = database;
    this.session = session;
    this.forgetClaims = HotStatement.call(database.tables(), "forget_claims", "workers");
  }

  /**
   * A job that runs according to the table.
   *
   * @param lease the job and the lease of its attempt
   * @param cancelRequested whether somebody has asked to cancel it
   */
  public record Running(Lease lease, boolean cancelRequested) {}

  /**
   * The reply to a worker's heartbeat.
   *
   * @param running the jobs that it runs according to the table
   * @param isQuieted whether somebody wants it to claim nothing more
   */
  public record Heard(List<Running> running, boolean isQuieted) {}

  /**
   * The application of a worker.
   *
   * @param module the generated class of the module whose handlers it runs
   * @param version the version of the application; null if it has none
   * @param build the description of its build, as JSON
   */
  public record Application(String module, @Nullable String version, String build) {}

  /** Registers a worker of an application that is not known; otherwise like the other method. */
  public void register(
      String workerId, String host, long processId, int concurrency, Map<String, Integer> types) {
    register(workerId, host, processId, concurrency, types, null);
  }

  /**
   * Registers a worker, which is its first heartbeat. If a worker in another language had taken the
   * id, it belongs to the Java worker from now on.
   *
   * @param workerId the worker
   * @param host where it runs
   * @param processId the operating system's id of its process
   * @param concurrency how many jobs it runs at a time
   * @param types the job types that it runs, by all of their names, each up to a version
   * @param application its application; null if it is not known
   */
  public void register(
      String workerId,
      String host,
      long processId,
      int concurrency,
      Map<String, Integer> types,
      @Nullable Application application) {
    Tables.Workers w = database.tables().workers;
    List<Map.Entry<String, Integer>> sorted =
        types.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
    String[] names = sorted.stream().map(Map.Entry::getKey).toArray(String[]::new);
    Integer[] versions = sorted.stream().map(Map.Entry::getValue).toArray(Integer[]::new);
    String module = application == null ? null : application.module();
    String version = application == null ? null : application.version();
    JSON build = application == null ? null : JSON.valueOf(application.build());
    ProcessSession current = session.get().orElse(null);
    Long sessionKey = current == null ? null : current.key();
    String livenessPort = current == null ? null : current.port();
    database
        .heartbeat()
        .insertInto(w)
        .set(w.id, workerId)
        .set(w.host, host)
        .set(w.processId, processId)
        .set(w.concurrency, concurrency)
        .set(w.types, names)
        .set(w.versions, versions)
        .set(w.process, PROCESS)
        .set(w.module, module)
        .set(w.applicationVersion, version)
        .set(w.build, build)
        .set(w.sessionKey, sessionKey)
        .set(w.livenessPort, livenessPort)
        .onConflict(w.id)
        .doUpdate()
        .set(w.heartbeatAt, currentInstant())
        .setNull(w.role)
        .set(w.types, names)
        .set(w.versions, versions)
        .set(w.process, PROCESS)
        .set(w.module, module)
        .set(w.applicationVersion, version)
        .set(w.build, build)
        .set(w.sessionKey, sessionKey)
        .set(w.livenessPort, livenessPort)
        .execute();
  }

  /**
   * Records a heartbeat of a worker that has registered, and reads what the worker runs.
   *
   * @param isDrained whether it was quieted and has nothing left to do
   * @param among only these jobs are considered; empty for all that run. PostgreSQL may have to
   *     look for those among all that have run since the oldest open transaction began.
   * @return the reply to the worker; empty if the worker is not in the table and must register
   *     again
   */
  public Optional<Heard> heartbeat(String workerId, boolean isDrained, Optional<Set<UUID>> among) {
    Tables.Workers w = database.tables().workers;
    RunningJobs runs = new RunningJobs(database.tables(), workerId, among);
    ProcessSession current = session.get().orElse(null);
    var beat =
        name("beat")
            .as(
                database
                    .heartbeat()
                    .update(w)
                    .set(w.heartbeatAt, currentInstant())
                    .set(w.sessionKey, current == null ? null : current.key())
                    .set(w.livenessPort, current == null ? null : current.port())
                    .set(
                        w.drainedAt,
                        isDrained
                            ? DSL.coalesce(w.drainedAt, currentInstant())
                            : inline(null, w.drainedAt))
                    .where(w.id.eq(workerId).and(w.role.isNull()))
                    .returning(w.id, w.quietedAt));
    Field<Boolean> isQuieted =
        DSL.field(SubqueryFields.of(beat, w.quietedAt).isNotNull()).as("quieted");
    Field<Boolean> cancelRequested =
        DSL.field(runs.cancelRequestedAt().isNotNull()).as("cancel_requested");
    var rows =
        database
            .heartbeat()
            .with(beat)
            .select(isQuieted, runs.id(), runs.lease(), cancelRequested)
            .from(beat)
            .leftJoin(runs.table())
            .on(DSL.trueCondition())
            .fetch();
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    List<Running> running =
        rows.stream()
            .filter(row -> row.value2() != null)
            .map(row -> new Running(new Lease(row.value2(), row.value3(), workerId), row.value4()))
            .toList();
    return Optional.of(new Heard(running, rows.get(0).value1()));
  }

  /**
   * Makes a worker stop claiming from its next heartbeat on, or claim again.
   *
   * @return whether there is such a worker
   */
  public boolean quiet(String workerId, boolean quieted, Actor actor) {
    Tables.Workers w = database.tables().workers;
    ChangeByHand change =
        ChangeByHand.of(quieted ? "quiet worker" : "resume worker", workerId, actor);
    return change.inTransaction(
        database.brief(),
        dsl -> {
          boolean hasChanged =
              dsl.update(w)
                      .set(w.quietedAt, quieted ? currentInstant() : inline(null, w.quietedAt))
                      .where(
                          w.id
                              .eq(workerId)
                              .and(quieted ? w.quietedAt.isNull() : w.quietedAt.isNotNull()))
                      .execute()
                  > 0;
          if (hasChanged) {
            change.record(dsl, database.tables(), "done");
          }
          return hasChanged || dsl.fetchExists(w, w.id.eq(workerId));
        });
  }

  /**
   * Keeps a worker from claiming that has registered again after it was asked to stop, or that is
   * stopping.
   */
  public void quietAgain(String workerId) {
    Tables.Workers w = database.tables().workers;
    database
        .heartbeat()
        .update(w)
        .set(w.quietedAt, DSL.coalesce(w.quietedAt, currentInstant()))
        .where(w.id.eq(workerId))
        .execute();
  }

  /**
   * Returns how long the server has been running.
   *
   * @throws StoreException if the database cannot be reached
   */
  public Duration uptime() {
    Long millis =
        database
            .control()
            .select(
                DSL.field(
                    "(extract(epoch FROM clock_timestamp() - pg_postmaster_start_time()) *"
                        + " 1000)::bigint",
                    Long.class))
            .fetchSingle()
            .value1();
    return Duration.ofMillis(Math.max(0, millis));
  }

  /** Removes a worker that has stopped. It must no longer run jobs. */
  public void deregister(String workerId) {
    Tables.Workers w = database.tables().workers;
    database.control().deleteFrom(w).where(w.id.eq(workerId)).execute();
    forgetClaims(workerId);
  }

  /** Deletes the rows of the claims of a worker whose jobs have all ended. It waits for nobody. */
  public void forgetClaims(String workerId) {
    forgetClaims.run(database.control(), Map.of("workers", new String[] {workerId}), row -> {});
  }

  /**
   * Returns the jobs that the worker runs according to the table.
   *
   * @param among only these jobs are considered; empty for all that run
   */
  public List<Running> running(String workerId, Optional<Set<UUID>> among) {
    RunningJobs runs = new RunningJobs(database.tables(), workerId, among);
    return database
        .heartbeat()
        .select(runs.id(), runs.lease(), runs.cancelRequestedAt().isNotNull())
        .from(runs.table())
        .fetch(
            Records.mapping(
                (id, lease, cancelRequested) ->
                    new Running(new Lease(id, lease, workerId), cancelRequested)));
  }

  /**
   * Returns the jobs that the worker runs and that somebody has asked to cancel, according to the
   * table.
   *
   * @param workerId the worker
   * @param jobIds the jobs that are looked up
   */
  public List<Lease> cancelRequested(String workerId, Collection<UUID> jobIds) {
    RunningJobs runs = new RunningJobs(database.tables(), workerId, Optional.of(jobIds));
    return database
        .control()
        .select(runs.id(), runs.lease())
        .from(runs.table())
        .where(runs.cancelRequestedAt().isNotNull())
        .fetch(Records.mapping((id, lease) -> new Lease(id, lease, workerId)));
  }
}
