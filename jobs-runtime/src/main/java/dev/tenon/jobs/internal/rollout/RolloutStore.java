package dev.tenon.jobs.internal.rollout;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.count;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.countDistinct;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.internal.rollout.BuildDescription.Keys;
import dev.tenon.jobs.internal.rollout.Situation.Declared;
import dev.tenon.jobs.internal.rollout.Situation.JobGroup;
import dev.tenon.jobs.internal.rollout.Situation.LiveWorker;
import dev.tenon.jobs.internal.rollout.Situation.Progress;
import dev.tenon.jobs.internal.rollout.Situation.RecordGroup;
import dev.tenon.jobs.internal.rollout.Situation.ScheduleRow;
import dev.tenon.jobs.internal.rollout.Situation.SignalGroup;
import dev.tenon.jobs.internal.rollout.Situation.TaskGroup;
import dev.tenon.jobs.internal.rollout.Situation.Traits;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.sql.StepTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredRates;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads what runs and waits, for the check of a rollout. Waiting and running jobs are read once:
 * their table has no row of a job that has ended. Thread-safe.
 */
public final class RolloutStore {

  /** The time that no statement of a check may exceed. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The maintenance task that only runs where there is RabbitMQ. */
  private static final String RELAY = "relay";

  /** The age of the last relay that says that there is RabbitMQ. */
  private static final Duration RECENTLY = Duration.ofHours(1);

  private static final JsonCodec<Map<String, String>> QUEUES =
      JsonCodecs.map(JsonCodecs.STRING, JsonCodecs.STRING);

  private final PatientReads reads;
  private final Tables tables;
  private final Duration silence;

  /**
   * The store of a database.
   *
   * @param silence the time without a heartbeat that makes a worker count as lost
   */
  public RolloutStore(Database database, Duration silence) {
    this.reads = new PatientReads(database);
    this.tables = database.tables();
    this.silence = silence;
  }

  /** Reads everything that a check needs, as it was at one moment. */
  public Situation read() {
    return reads.atOneMoment(
        PATIENCE,
        dsl ->
            new Situation(
                workers(dsl),
                declared(dsl),
                jobs(dsl),
                new Progress(records(dsl), signals(dsl), tasks(dsl)),
                schedules(dsl),
                usesRabbitMq(dsl)));
  }

  private List<LiveWorker> workers(DSLContext dsl) {
    Tables.Workers w = tables.workers;
    Tables.WorkerGrants g = tables.workerGrants;
    JobTables.Live j = tables.live;
    Map<String, List<String>> granted =
        dsl.select(g.role, g.type).from(g).fetchGroups(g.role, g.type);
    Map<String, Integer> running =
        dsl.select(j.workerId, count())
            .from(j)
            .where(j.status.eq(inline(JobStatus.RUNNING, Tables.STATUS)))
            .groupBy(j.workerId)
            .fetchMap(j.workerId, count());
    return dsl.select(w.fields())
        .from(w)
        .where(w.heartbeatAt.gt(Intervals.beforeNow(silence.toMillis())))
        .orderBy(w.id)
        .fetch(
            row ->
                new LiveWorker(
                    row.get(w.id),
                    row.get(w.module),
                    row.get(w.applicationVersion),
                    knows(row, granted),
                    row.get(w.quietedAt) != null,
                    running.getOrDefault(row.get(w.id), 0),
                    build(row.get(w.build))));
  }

  /** A worker in another language reports the versions that it knows with each claim. */
  private Map<String, Integer> knows(Record row, Map<String, List<String>> granted) {
    Tables.Workers w = tables.workers;
    Map<String, Integer> knows = new HashMap<>();
    String role = row.get(w.role);
    if (role != null) {
      granted.getOrDefault(role, List.of()).forEach(type -> knows.put(type, Integer.MAX_VALUE));
      return knows;
    }
    String[] types = row.get(w.types);
    Integer[] versions = row.get(w.versions);
    for (int i = 0; i < types.length; i++) {
      knows.put(types[i], versions[i]);
    }
    return knows;
  }

  private static @Nullable BuildDescription build(@Nullable JSON json) {
    if (json == null) {
      return null;
    }
    try {
      return DescriptionJson.read(json.data());
    } catch (IllegalArgumentException e) {
      // A worker of another version of Tenon, whose description this one cannot read: what it has
      // registered about types and versions is enough
      return null;
    }
  }

  private Map<String, Declared> declared(DSLContext dsl) {
    Tables.JobTypes t = tables.jobTypes;
    Map<String, Declared> declared = new HashMap<>();
    for (Record row :
        dsl.select(
                t.type,
                t.maxConcurrent,
                t.rates,
                t.maxConcurrentPerKey,
                t.ratesPerKey,
                t.limitBy,
                t.orderBy,
                t.uniqueBy,
                t.queues)
            .from(t)) {
      declared.put(
          row.get(t.type),
          new Declared(
              new Keys(
                  OwnDescription.limits(
                      JobLimits.NONE
                          .withMaxConcurrent(row.get(t.maxConcurrent))
                          .withRates(StoredRates.read(row.get(t.rates)))
                          .withMaxConcurrentPerKey(row.get(t.maxConcurrentPerKey))
                          .withRatesPerKey(StoredRates.read(row.get(t.ratesPerKey)))),
                  row.get(t.limitBy),
                  row.get(t.orderBy),
                  row.get(t.uniqueBy)),
              StoredJson.read(
                  row.get(t.queues).data(), QUEUES, Map.class, "the queues of a type")));
    }
    return declared;
  }

  private List<JobGroup> jobs(DSLContext dsl) {
    JobTables.Live j = tables.live;
    Field<Boolean> isLimited = DSL.field(j.limitKey.isNotNull()).as("limited");
    Field<Boolean> isOrdered = DSL.field(j.orderKey.isNotNull()).as("ordered");
    Field<Boolean> isUnique = DSL.field(j.uniqueKey.isNotNull()).as("is_unique");
    Field<Integer> running =
        count().filterWhere(j.status.eq(inline(JobStatus.RUNNING, Tables.STATUS))).as("running");
    Field<Integer> all = count().as("jobs");
    Field<UUID> oldest = oldest(j.id);
    return dsl.select(
            j.type, j.version, j.routingKey, isLimited, isOrdered, isUnique, all, running, oldest)
        .from(j)
        .groupBy(
            j.type,
            j.version,
            j.routingKey,
            j.limitKey.isNotNull(),
            j.orderKey.isNotNull(),
            j.uniqueKey.isNotNull())
        .fetch(
            row ->
                new JobGroup(
                    row.get(j.type),
                    row.get(j.version),
                    row.get(j.routingKey),
                    new Traits(row.get(isLimited), row.get(isOrdered), row.get(isUnique)),
                    row.get(all) - row.get(running),
                    row.get(running),
                    row.get(oldest)));
  }

  /** The oldest of some jobs: ids begin with the time of the submit, as their text does. */
  private static Field<UUID> oldest(Field<UUID> id) {
    return DSL.field("min({0}::text)::uuid", UUID.class, id).as("oldest");
  }

  private List<RecordGroup> records(DSLContext dsl) {
    StepTables.Steps s = tables.steps;
    JobTables.Live j = tables.live;
    Field<Integer> jobs = countDistinct(s.jobId).as("jobs");
    Field<UUID> oldest = oldest(s.jobId);
    return dsl.select(j.type, s.kind, s.name, s.state, jobs, oldest)
        .from(s)
        .join(j)
        .on(j.id.eq(s.jobId))
        .groupBy(j.type, s.kind, s.name, s.state)
        .fetch(
            row ->
                new RecordGroup(
                    row.get(j.type),
                    row.get(s.kind).code(),
                    row.get(s.name),
                    row.get(s.state).code(),
                    row.get(jobs),
                    row.get(oldest)));
  }

  private List<SignalGroup> signals(DSLContext dsl) {
    StepTables.Signals s = tables.signals;
    JobTables.Live j = tables.live;
    Field<Integer> number = count().as("number");
    Field<UUID> oldest = oldest(s.jobId);
    return dsl.select(j.type, s.name, s.version, number, oldest)
        .from(s)
        .join(j)
        .on(j.id.eq(s.jobId))
        .where(s.deliveredAt.isNull())
        .groupBy(j.type, s.name, s.version)
        .fetch(
            row ->
                new SignalGroup(
                    row.get(j.type),
                    row.get(s.name),
                    row.get(s.version),
                    row.get(number),
                    row.get(oldest)));
  }

  private List<TaskGroup> tasks(DSLContext dsl) {
    Tables.WorkflowTasks t = tables.workflowTasks;
    Field<Integer> number = count().as("number");
    Field<UUID> oldest = oldest(t.id);
    return dsl.select(t.type, t.version, t.input, t.isForEach, number, oldest)
        .from(t)
        .where(
            t.input
                .isNotNull()
                .and(DSL.not(t.isStopped))
                .and(t.waitsFor.gt(0).or(t.prepareAt.isNotNull())))
        .groupBy(t.type, t.version, t.input, t.isForEach)
        .fetch(
            row ->
                new TaskGroup(
                    row.get(t.type),
                    row.get(t.version),
                    row.get(t.input),
                    row.get(t.isForEach),
                    row.get(number),
                    row.get(oldest)));
  }

  private List<ScheduleRow> schedules(DSLContext dsl) {
    Tables.Schedules s = tables.schedules;
    return dsl.select(s.name, s.type, s.version, s.declared, s.waitingRunAt, s.nextRunAt)
        .from(s)
        .where(s.withdrawnAt.isNull())
        // Others have ended, and submit nothing any more
        .and(s.nextRunAt.isNotNull().or(s.awaitedJobId.isNotNull()).or(s.waitingRunAt.isNotNull()))
        .fetch(
            row ->
                new ScheduleRow(
                    row.get(s.name),
                    row.get(s.type),
                    row.get(s.version),
                    row.get(s.declared),
                    row.get(s.waitingRunAt) != null,
                    row.get(s.nextRunAt)));
  }

  private boolean usesRabbitMq(DSLContext dsl) {
    Tables.Tasks t = tables.tasks;
    return dsl.fetchExists(
        selectOne()
            .from(t)
            .where(t.name.eq(RELAY).and(t.lastRunAt.gt(Intervals.beforeNow(RECENTLY.toMillis())))));
  }
}
