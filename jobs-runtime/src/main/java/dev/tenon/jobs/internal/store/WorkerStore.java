package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.notExists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectDistinct;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records the heartbeats of workers, and takes the jobs from workers whose heartbeats have stopped.
 * Thread-safe.
 */
public final class WorkerStore {

  private static final Duration SHORT_WAIT = Duration.ofMillis(50);

  /** The maximum number of failed tries in one rescue; each takes some of the leader's time. */
  private static final int MAX_TRIES_IN_VAIN = 20;

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
  private final HotStatement rescue;
  private final HotStatement forgetClaims;

  /** The store of this database. */
  public WorkerStore(Database database) {
    this.database = database;
    this.rescue =
        HotStatement.call(
            database.tables(),
            "rescue_jobs",
            "workers",
            "heartbeats",
            "are_crashes",
            "max_crashes",
            "workflows",
            "max_jobs");
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
   * A job that was taken from a worker that is lost.
   *
   * @param pointer the pointer to publish if the job is pending; it goes before all others
   * @param workerId the worker
   * @param status the new status of the job
   * @param isPublished whether the pointer of a pending job is to be published
   */
  public record Rescued(
      JobPointer pointer, String workerId, JobStatus status, boolean isPublished) {}

  /**
   * The last heartbeat of a worker, as one look at the table found it.
   *
   * @param workerId the worker
   * @param process identifies the process that it runs in; empty if that is not known
   * @param heartbeatAt the time in the heartbeat; null for a worker that is not in the table though
   *     jobs run under its name. It is compared only with other heartbeats, never with a clock.
   */
  public record Beat(String workerId, String process, @Nullable Instant heartbeatAt) {}

  /**
   * A worker that was silent for too long.
   *
   * @param beat its last heartbeat. A worker that has sent another one since is left alone.
   * @param isCrash whether its jobs may have crashed it; if not, the silence has another cause
   */
  public record Silent(Beat beat, boolean isCrash) {}

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
        .execute();
  }

  /** Records a heartbeat of a worker that has something to do; otherwise like the other method. */
  public Optional<Heard> heartbeat(String workerId, Optional<Set<UUID>> among) {
    return heartbeat(workerId, false, among);
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
    var beat =
        name("beat")
            .as(
                database
                    .heartbeat()
                    .update(w)
                    .set(w.heartbeatAt, currentInstant())
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

  /** Keeps a worker that has registered again from claiming, if it was asked to stop before. */
  public void quietAgain(String workerId) {
    Tables.Workers w = database.tables().workers;
    database
        .brief()
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
    forgetClaims(List.of(workerId));
  }

  /** Deletes the rows of the claims of a worker whose jobs have all ended. It waits for nobody. */
  public void forgetClaims(String workerId) {
    forgetClaims(List.of(workerId));
  }

  private void forgetClaims(List<String> workerIds) {
    forgetClaims.run(
        database.control(), Map.of("workers", workerIds.toArray(String[]::new)), row -> {});
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

  /**
   * The result of one look at the workers.
   *
   * @param beats the last heartbeats of all workers, and of unregistered ones that have claimed
   *     jobs, if those were looked for
   * @param isLed whether some process is leader, so that trying to become leader is pointless
   * @param databaseTime the time by the clock of the database
   * @param databaseUpSince when the server of the database was started, by the same clock
   */
  public record Look(
      List<Beat> beats, boolean isLed, Instant databaseTime, Instant databaseUpSince) {}

  /**
   * Looks at the heartbeats of all workers.
   *
   * @param unregisteredToo whether to look for unregistered workers among all claims, too. Their
   *     jobs may have ended; {@link #rescue} deletes such claims.
   */
  public Look look(boolean unregisteredToo) {
    Tables.Workers w = database.tables().workers;
    JobTables.Claims c = database.tables().claims;
    Tables.Leaders l = database.tables().leaders;
    Field<String> process =
        DSL.coalesce(
            w.process.cast(SQLDataType.CLOB),
            when(w.processId.ne(0L), w.host.concat(inline(" ")).concat(w.processId)),
            inline(""));
    var beats =
        name("beats")
            .fields("id", "process", "heartbeat_at")
            .as(
                select(w.id, process, w.heartbeatAt)
                    .from(w)
                    .unionAll(
                        selectDistinct(c.workerId, inline(""), inline(null, w.heartbeatAt))
                            .from(c)
                            .where(
                                DSL.condition(inline(unregisteredToo))
                                    .and(
                                        notExists(
                                            selectOne().from(w).where(w.id.eq(c.workerId)))))));
    Field<Boolean> isLed =
        DSL.field(exists(selectOne().from(l).where(LeaderStore.isInForce(l)))).as("is_led");
    Field<Instant> databaseTime = currentInstant().as("database_time");
    Field<Instant> databaseUpSince =
        DSL.function("pg_postmaster_start_time", SQLDataType.INSTANT).as("database_up_since");
    // A separate row for the leadership, because there may be no workers
    var rows =
        database
            .control()
            .with(beats)
            .select(
                isLed,
                databaseTime,
                databaseUpSince,
                DSL.field(name("beats", "id"), SQLDataType.CLOB),
                DSL.field(name("beats", "process"), SQLDataType.CLOB),
                DSL.field(name("beats", "heartbeat_at"), SQLDataType.INSTANT))
            .from(selectOne().asTable("once"))
            .leftJoin(beats)
            .on(DSL.trueCondition())
            .fetch();
    return new Look(
        rows.stream()
            .filter(row -> row.value4() != null)
            .map(row -> new Beat(row.value4(), row.value5(), row.value6()))
            .toList(),
        rows.get(0).value1(),
        rows.get(0).value2(),
        rows.get(0).value3());
  }

  /**
   * Takes the jobs from workers that are lost: they go back to pending without counting the
   * attempt. A job that has lost too many workers to crashes fails, because it probably crashes
   * them.
   *
   * @param leadership proof that the caller is the leader
   * @param silent the workers
   * @param maxCrashes the number of crashes that fails a job
   * @param limit how many jobs at most
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public List<Rescued> rescue(
      Leadership leadership, List<Silent> silent, int maxCrashes, int limit) {
    List<Rescued> rescued =
        LeaderStore.asLeader(
            database, leadership, dsl -> rescue(dsl, silent, maxCrashes, limit, null));
    forgetClaimsOf(silent);
    return rescued;
  }

  private void forgetClaimsOf(List<Silent> silent) {
    forgetClaims(silent.stream().map(each -> each.beat().workerId()).toList());
  }

  /**
   * Does the same as {@link #rescue}, but skips jobs of workflows that other transactions hold, and
   * does not wait for these.
   *
   * @param rescued receives the rescued jobs after each commit
   */
  public void rescueFree(
      Leadership leadership,
      List<Silent> silent,
      int maxCrashes,
      int limit,
      Consumer<List<Rescued>> rescued) {
    // These jobs have no effect on workflows, so no workflow can hold them up
    rescued.accept(
        LeaderStore.asLeader(
            database, leadership, dsl -> rescue(dsl, silent, maxCrashes, limit, List.of())));
    rescueOfWorkflows(leadership, silent, maxCrashes, limit, rescued);
    forgetClaimsOf(silent);
  }

  private void rescueOfWorkflows(
      Leadership leadership,
      List<Silent> silent,
      int maxCrashes,
      int limit,
      Consumer<List<Rescued>> rescued) {
    List<UUID> workflows = new ArrayList<>(workflowsOf(silent, limit));
    if (workflows.isEmpty()) {
      return;
    }
    try {
      rescued.accept(rescueFree(leadership, silent, maxCrashes, limit, workflows));
    } catch (StoreUnavailableException e) {
      if (!e.isHeldByOthers()) {
        throw e;
      }
      // Others hold yet another workflow that has tasks waiting for one of these
      Collections.shuffle(workflows);
      rescueOneByOne(leadership, silent, maxCrashes, limit, workflows, rescued);
    }
  }

  private void rescueOneByOne(
      Leadership leadership,
      List<Silent> silent,
      int maxCrashes,
      int limit,
      List<UUID> workflows,
      Consumer<List<Rescued>> rescued) {
    int inVain = 0;
    for (UUID workflowId : workflows) {
      try {
        rescued.accept(rescueFree(leadership, silent, maxCrashes, limit, List.of(workflowId)));
      } catch (StoreUnavailableException e) {
        if (!e.isHeldByOthers()) {
          throw e;
        }
        inVain++;
        if (inVain == MAX_TRIES_IN_VAIN) {
          return;
        }
      }
    }
  }

  private List<Rescued> rescueFree(
      Leadership leadership, List<Silent> silent, int maxCrashes, int limit, List<UUID> workflows) {
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl -> {
          Database.limitLockWait(dsl, SHORT_WAIT);
          Set<UUID> free = WorkflowLocks.lockFree(dsl, database.tables(), workflows);
          return rescue(dsl, silent, maxCrashes, limit, free);
        });
  }

  /** Returns the workflows of jobs that these workers run. */
  private Set<UUID> workflowsOf(List<Silent> silent, int limit) {
    UnnestedRows<Silent> rows = new UnnestedRows<>("s", silent);
    Field<String> workerId = rows.column("id", SQLDataType.CLOB, each -> each.beat().workerId());
    RunningJobs runs = new RunningJobs(database.tables(), workerId, Optional.empty());
    return database
        .control()
        .selectDistinct(runs.workflowId())
        .from(rows.table(), runs.table())
        .where(runs.workflowId().isNotNull())
        .limit(limit)
        .fetchSet(runs.workflowId());
  }

  /**
   * Rescues jobs.
   *
   * @param workflows only jobs of these workflows and those of none; null for all
   */
  private List<Rescued> rescue(
      DSLContext dsl,
      List<Silent> silent,
      int maxCrashes,
      int limit,
      @Nullable Collection<UUID> workflows) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("workers", silent.stream().map(s -> s.beat().workerId()).toArray(String[]::new));
    values.put(
        "heartbeats", silent.stream().map(s -> s.beat().heartbeatAt()).toArray(Instant[]::new));
    values.put("are_crashes", silent.stream().map(Silent::isCrash).toArray(Boolean[]::new));
    values.put("max_crashes", maxCrashes);
    values.put("workflows", workflows == null ? null : workflows.toArray(UUID[]::new));
    values.put("max_jobs", limit);
    List<Rescued> all = new ArrayList<>();
    rescue.run(dsl, values, row -> all.add(rescued(row)));
    // Thousands of tasks may end with a job, and the leader's statements end after a few seconds
    Settlement.settleBeforeCommit(dsl, database);
    return all;
  }

  private static Rescued rescued(ResultSet row) throws SQLException {
    return new Rescued(
        new JobPointer(
            row.getObject(1, UUID.class),
            row.getString(2),
            row.getString(3),
            JobPointer.RESCUED,
            row.getLong(4),
            row.getBoolean(5)),
        row.getString(6),
        JobStatus.ofCode(row.getString(7)),
        row.getBoolean(8));
  }

  /**
   * Deletes silent workers that were lost so long ago that nobody asks about them. It waits for
   * nobody: a worker whose row is locked is deleted another time.
   */
  public int forgetLost(List<Silent> silent, Duration age) {
    Tables.Workers w = database.tables().workers;
    return database
        .control()
        .deleteFrom(w)
        .where(
            w.id.in(
                select(w.id)
                    .from(w)
                    .where(
                        w.id
                            .eq(
                                DSL.any(
                                    silent.stream()
                                        .map(each -> each.beat().workerId())
                                        .toArray(String[]::new)))
                            .and(w.heartbeatAt.lt(Intervals.beforeNow(age.toMillis()))))
                    .forUpdate()
                    .skipLocked()))
        .execute();
  }
}
