package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.pointer.JobPointer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records jobs with unique keys, or finds and changes the jobs that have the keys already. A try
 * inserts in the order of the keys, waiting for others who insert the same ones; then it locks what
 * is to be changed, in the order of the ids. Who waits for a row therefore waits for nobody who
 * waits for a key, so that no two submits can wait for each other. If a job has lost its key
 * between these steps, all of the try is rolled back before the next one. Thread-safe.
 */
final class UniqueInserts {

  /** For each of these, a job with the key must have come and gone in the time of a statement. */
  private static final int MAX_TRIES = 20;

  private static final String SERIALIZATION_FAILURE = "40001";

  private final Database database;
  private final HotStatements statements = new HotStatements();

  UniqueInserts(Database database) {
    this.database = database;
  }

  /**
   * A job that has the key of a new one.
   *
   * @param status null if there is no such job any more
   * @param keyIsOver whether it has it only since nobody has cleared it so far
   */
  private record Holder(UUID id, String key, @Nullable JobStatus status, boolean keyIsOver) {}

  /** Ends a try: keys were taken when it inserted, and free, or as good as free, later. */
  private static final class HoldersChanged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // It is never serialized
    private final List<Holder> over;

    HoldersChanged(List<Holder> over) {
      super("The jobs with the same unique keys have changed.", null, false, false);
      this.over = over;
    }
  }

  /** Records the jobs in a transaction of their own. */
  List<Recorded> insert(List<NewJob> jobs) {
    DSLContext dsl = database.dsl();
    if (jobs.size() == 1) {
      // One statement that changes something needs no transaction around it
      return repeat(dsl, () -> attempt(dsl, jobs));
    }
    return repeat(
        dsl, () -> Database.inTransaction(dsl, transaction -> attempt(transaction, jobs)));
  }

  /** Records the jobs in a transaction of the caller. */
  List<Recorded> insert(Connection transaction, List<NewJob> jobs) {
    DSLContext dsl = Database.context(transaction);
    if (jobs.size() == 1) {
      // A try that fails has changed nothing, and many savepoints cost
      return repeat(dsl, () -> attempt(dsl, jobs));
    }
    return repeat(dsl, () -> inSavepoint(transaction, () -> attempt(dsl, jobs)));
  }

  private List<Recorded> repeat(DSLContext dsl, Supplier<List<Recorded>> attempt) {
    HoldersChanged last = new HoldersChanged(List.of());
    for (int i = 0; i < MAX_TRIES; i++) {
      try {
        return attempt.get();
      } catch (HoldersChanged e) {
        last = e;
        if (!e.over.isEmpty()) {
          clear(dsl, e.over);
        }
      }
    }
    throw new StoreUnavailableException(
        "In %d tries, each time another job had one of the unique keys, and lost it again."
            .formatted(MAX_TRIES),
        SERIALIZATION_FAILURE,
        last);
  }

  private static <T> T inSavepoint(Connection connection, Supplier<T> action) {
    try {
      Savepoint savepoint = connection.setSavepoint();
      try {
        T result = action.get();
        connection.releaseSavepoint(savepoint);
        return result;
      } catch (HoldersChanged e) {
        connection.rollback(savepoint);
        throw e;
      }
    } catch (SQLException e) {
      throw StoreExceptions.of(e);
    }
  }

  private List<Recorded> attempt(DSLContext dsl, List<NewJob> jobs) {
    List<NewJob> withoutKey = jobs.stream().filter(job -> job.unique() == null).toList();
    Map<UUID, NewRows.Inserted> otherwise = new HashMap<>();
    inChunks(
        withoutKey,
        (chunk, from) ->
            otherwise.putAll(NewRows.insert(dsl, database.tables(), statements, chunk, from)));
    Map<String, NewJob> wanted = byKey(jobs);
    Map<String, NewRows.Inserted> inserted = new HashMap<>();
    inChunks(
        List.copyOf(wanted.values()),
        (chunk, from) ->
            inserted.putAll(NewRows.insertUnique(dsl, database.tables(), chunk, from)));
    Map<String, Recorded> present =
        present(
            dsl, wanted.values().stream().filter(job -> !inserted.containsKey(key(job))).toList());
    List<Recorded> recorded = new ArrayList<>(jobs.size());
    Set<String> reported = new HashSet<>();
    for (NewJob job : jobs) {
      if (job.unique() == null) {
        recorded.add(Recorded.created(job, otherwise.get(job.id())));
        continue;
      }
      Recorded first =
          inserted.containsKey(key(job))
              ? Recorded.created(
                  Objects.requireNonNull(wanted.get(key(job))), inserted.get(key(job)))
              : Objects.requireNonNull(present.get(key(job)));
      recorded.add(reported.add(key(job)) ? first : new Recorded(first.jobId(), false, null));
    }
    return recorded;
  }

  /**
   * One job for each key, in the order of the keys: the first one with its id; where jobs are
   * replaced, with everything else of the last one.
   */
  private static Map<String, NewJob> byKey(List<NewJob> jobs) {
    Map<String, NewJob> byKey = new TreeMap<>();
    for (NewJob job : jobs) {
      if (job.unique() != null) {
        byKey.merge(
            key(job), job, (first, later) -> isKept(later) ? first : later.withId(first.id()));
      }
    }
    return byKey;
  }

  private static String key(NewJob job) {
    return job.requireUnique().key();
  }

  private static boolean isKept(NewJob job) {
    return job.requireUnique().onDuplicate() == DuplicatePolicy.KEEP;
  }

  /** What does something with a part of the jobs. */
  @FunctionalInterface
  private interface Chunk {
    void accept(List<NewJob> chunk, int firstPosition);
  }

  private static void inChunks(List<NewJob> jobs, Chunk statement) {
    for (int from = 0; from < jobs.size(); ) {
      int end = NewRows.endOfChunk(jobs, from);
      statement.accept(jobs.subList(from, end), from);
      from = end;
    }
  }

  /** The jobs that have the keys of these, by their keys; changed where that was asked for. */
  private Map<String, Recorded> present(DSLContext dsl, List<NewJob> jobs) {
    if (jobs.isEmpty()) {
      return Map.of();
    }
    Map<String, Holder> holders = holders(dsl, jobs);
    List<Holder> over = holders.values().stream().filter(Holder::keyIsOver).toList();
    if (!over.isEmpty() || holders.size() < jobs.size()) {
      throw new HoldersChanged(over);
    }
    Map<String, Recorded> present = new HashMap<>();
    holders.forEach((key, holder) -> present.put(key, new Recorded(holder.id(), false, null)));
    List<NewJob> replacements = new ArrayList<>();
    for (NewJob job : jobs) {
      Holder holder = holders.get(key(job));
      if (holder != null && !isKept(job) && StatusChange.MOVE.from().contains(holder.status())) {
        replacements.add(job.withId(holder.id()));
      }
    }
    // As PostgreSQL orders ids, which Java compares as signed numbers
    replacements.sort(Comparator.comparing(job -> job.id().toString()));
    List<NewJob> missed = new ArrayList<>();
    inChunks(
        replacements,
        (chunk, from) -> {
          Map<UUID, Recorded> replaced = replace(dsl, chunk);
          for (NewJob job : chunk) {
            Recorded recorded = replaced.get(job.id());
            if (recorded != null) {
              present.put(key(job), recorded);
            } else {
              missed.add(job);
            }
          }
        });
    if (!missed.isEmpty()) {
      requireStillThere(dsl, missed);
    }
    return present;
  }

  /**
   * Some jobs that were to be changed no longer wait. If they have kept their keys they stay as
   * they are; otherwise the new ones are to be recorded, since what they ask for would be lost.
   */
  private void requireStillThere(DSLContext dsl, List<NewJob> missed) {
    Map<String, Holder> now = holders(dsl, missed);
    for (NewJob job : missed) {
      Holder holder = now.get(key(job));
      if (holder == null || holder.keyIsOver() || !holder.id().equals(job.id())) {
        throw new HoldersChanged(List.of());
      }
    }
  }

  private Map<String, Holder> holders(DSLContext dsl, List<NewJob> jobs) {
    JobTables.UniqueKeys u = database.tables().uniqueKeys;
    Tables.Jobs j = database.tables().jobs;
    UnnestedRows<NewJob> k = new UnnestedRows<>("k", jobs);
    Field<String> key = k.column("key", SQLDataType.CLOB, UniqueInserts::key);
    // The limit keeps the planner from comparing each key with all others, and OFFSET 0 each job
    Table<?> held =
        DSL.select(u.uniqueKey, u.jobId)
            .from(u)
            .where(u.uniqueKey.eq(key))
            .limit(1)
            .asTable("held");
    Field<UUID> id = Fields.of(held, u.jobId);
    Table<?> one =
        DSL.select(
                j.status,
                DSL.field(
                        UniqueKeys.keeps(
                            database.tables(), j.uniqueScope, j.uniqueUntil, j.startedAt, j.status))
                    .as("keeps_key"))
            .from(j)
            .where(j.id.eq(id))
            .offset(0)
            .asTable("one");
    Map<String, Holder> holders = new HashMap<>();
    dsl.select(
            id,
            Fields.of(held, u.uniqueKey),
            Fields.of(one, j.status),
            DSL.field(DSL.field(DSL.name("one", "keeps_key"), SQLDataType.BOOLEAN).isTrue().not()))
        .from(k.table())
        .crossJoin(DSL.lateral(held))
        .leftJoin(DSL.lateral(one))
        .on(DSL.trueCondition())
        .fetch(Records.mapping(Holder::new))
        .forEach(holder -> holders.put(holder.key(), holder));
    return holders;
  }

  /**
   * Clears keys whose scope and period are over. Once they are, nothing brings them back, so the
   * jobs need not be locked. It waits for whoever else clears one of them: until that is decided,
   * the key could not be had.
   */
  private void clear(DSLContext dsl, Collection<Holder> over) {
    JobTables.UniqueKeys u = database.tables().uniqueKeys;
    UnnestedRows<Holder> g =
        new UnnestedRows<>("g", over.stream().sorted(Comparator.comparing(Holder::key)).toList());
    Field<String> key = g.column("key", SQLDataType.CLOB, Holder::key);
    Field<UUID> id = g.column("id", SQLDataType.UUID, Holder::id);
    // Locked in the order of the keys, as they are inserted
    Table<?> one =
        DSL.select(u.uniqueKey, u.jobId)
            .from(u)
            .where(u.uniqueKey.eq(key).and(u.jobId.isNotDistinctFrom(id)))
            .forUpdate()
            .asTable("one");
    var locked =
        DSL.name("locked")
            .as(
                DSL.select(Fields.of(one, u.uniqueKey), Fields.of(one, u.jobId))
                    .from(g.table(), DSL.lateral(one)));
    dsl.with(locked)
        .delete(u)
        .using(locked)
        .where(
            u.uniqueKey
                .eq(Fields.of(locked, u.uniqueKey))
                .and(u.jobId.eq(Fields.of(locked, u.jobId))))
        .execute();
  }

  /**
   * Gives waiting jobs the payloads of new ones, and their times where that is asked for. A job
   * whose time changes has to be published again; the higher lease makes sure that a confirmation
   * of its old pointer does not count.
   *
   * @param jobs the new jobs, with the ids of those that have their keys
   * @return those that were changed, by their ids
   */
  private Map<UUID, Recorded> replace(DSLContext dsl, List<NewJob> jobs) {
    Tables tables = database.tables();
    JobTables.Live j = tables.live;
    JobTables.Data d = tables.data;
    JobTables.UniqueKeys u = tables.uniqueKeys;
    NewRows n = new NewRows(jobs);
    TypeSettings set = new TypeSettings(tables.jobTypes, jobs);
    Field<UUID> id = n.id();
    Field<String> key = n.uniqueKey();
    Condition replacesTime = DSL.condition(n.replacesTime());
    Field<Instant> due = NewRows.due(n.delay(), n.runAt());
    Field<String> limitKey = n.limitKey();
    var payload = n.payload();
    var payloadBytes = n.payloadBytes();
    var version = n.version();
    var priority = n.priority();
    var hasOwnPriority = n.hasOwnPriority();
    var traceContext = n.traceContext();
    var given = LockedJobs.given(n.rows, id);
    // By the rule as well: of a job that was waited for, only its row is read once more
    Condition hasKey =
        j.uniqueKey
            .eq(key)
            .and(UniqueKeys.keeps(tables, j.uniqueScope, j.uniqueUntil, j.startedAt, j.status))
            .and(
                DSL.exists(
                    DSL.selectOne().from(u).where(u.uniqueKey.eq(key).and(u.jobId.eq(j.id)))));
    var locked =
        LockedJobs.locked(
            j, given, id, hasKey.and(LockedJobs.isIn(j.status, StatusChange.MOVE.from())));
    var changed =
        DSL.name("changed")
            .as(
                DSL.update(j)
                    .set(j.payloadBytes, payloadBytes)
                    .set(j.version, version)
                    .set(j.priority, set.priority(j.type, hasOwnPriority, priority))
                    // Whether a job is limited is decided when it is recorded: its pointer may be
                    // on its way
                    .set(
                        j.limitKey,
                        when(j.limitKey.isNotNull(), DSL.coalesce(limitKey, j.limitKey)))
                    .set(j.runAt, when(replacesTime, due).otherwise(j.runAt))
                    .set(j.setBackAt, when(replacesTime.not(), j.setBackAt))
                    .set(WaitingChanges.publishedAgain(j, replacesTime, due))
                    .from(given, locked)
                    .where(j.id.eq(id).and(j.id.eq(locked.field("id", UUID.class))))
                    .returning(
                        j.id,
                        j.type,
                        j.routingKey,
                        j.version,
                        j.priority,
                        j.lease,
                        j.limitKey,
                        j.isExternal));
    var copied =
        DSL.name("copied")
            .as(
                DSL.update(d)
                    .set(d.payload, payload)
                    .set(d.traceContext, traceContext)
                    .set(d.version, Fields.of(changed, j.version))
                    .set(d.priority, Fields.of(changed, j.priority))
                    .set(d.limitKey, Fields.of(changed, j.limitKey))
                    .from(given, changed)
                    .where(
                        d.type
                            .eq(Fields.of(changed, j.type))
                            .and(d.id.eq(Fields.of(changed, j.id)))
                            .and(d.id.eq(id)))
                    .returning(d.id));
    Map<UUID, NewJob> byId = new HashMap<>();
    jobs.forEach(job -> byId.put(job.id(), job));
    Map<UUID, Recorded> replaced = new HashMap<>();
    dsl.with(set.table())
        .with(given)
        .with(locked)
        .with(changed)
        .with(copied)
        .select(
            Fields.of(changed, j.id),
            Fields.of(changed, j.type),
            Fields.of(changed, j.routingKey),
            Fields.of(changed, j.priority),
            Fields.of(changed, j.lease),
            Fields.of(changed, j.isExternal),
            DSL.field(Fields.of(changed, j.limitKey).isNull()))
        .from(changed)
        .fetch(
            Records.mapping(
                (jobId, type, routingKey, level, lease, external, published) -> {
                  NewJob job = Objects.requireNonNull(byId.get(jobId));
                  boolean isToBePublished =
                      job.requireUnique().onDuplicate() == DuplicatePolicy.REPLACE_TIME
                          && job.isDueAtOnce()
                          && published;
                  @Nullable JobPointer pointer =
                      isToBePublished
                          ? new JobPointer(jobId, type, routingKey, level, lease, external)
                          : null;
                  return new Recorded(jobId, false, pointer);
                }))
        .forEach(recorded -> replaced.put(recorded.jobId(), recorded));
    return replaced;
  }
}
