package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Records;
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
   * @param keyIsOver whether it has it only since nobody has cleared it so far
   */
  private record Holder(UUID id, String key, JobStatus status, boolean keyIsOver) {}

  /** Ends a try: keys were taken when it inserted, and free, or as good as free, later. */
  private static final class HoldersChanged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // It is never serialized
    private final List<UUID> over;

    HoldersChanged(List<UUID> over) {
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
    List<UUID> over = holders.values().stream().filter(Holder::keyIsOver).map(Holder::id).toList();
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
    Tables.Jobs j = database.tables().jobs;
    UnnestedRows<NewJob> k = new UnnestedRows<>("k", jobs);
    Field<String> key = k.column("key", SQLDataType.CLOB, UniqueInserts::key);
    // The limit keeps the planner from comparing each job with all of the keys
    var one =
        DSL.select(
                j.id,
                j.uniqueKey,
                j.status,
                DSL.field(UniqueKeys.after(j, j.status).isNull()).as("key_is_over"))
            .from(j)
            .where(j.uniqueKey.eq(key))
            .limit(1)
            .asTable("one");
    Map<String, Holder> holders = new HashMap<>();
    dsl.select(
            DSL.field(DSL.name("one", "id"), SQLDataType.UUID),
            DSL.field(DSL.name("one", "unique_key"), SQLDataType.CLOB),
            DSL.field(DSL.name("one", "status"), Tables.STATUS),
            DSL.field(DSL.name("one", "key_is_over"), SQLDataType.BOOLEAN))
        .from(k.table(), DSL.lateral(one))
        .fetch(Records.mapping(Holder::new))
        .forEach(holder -> holders.put(holder.key(), holder));
    return holders;
  }

  /** Clears keys whose scope and period are over, unless somebody else is about to. */
  private void clear(DSLContext dsl, Collection<UUID> ids) {
    Tables.Jobs j = database.tables().jobs;
    UnnestedRows<UUID> g = new UnnestedRows<>("g", List.copyOf(ids));
    var id = g.column("id", SQLDataType.UUID, each -> each);
    var given = LockedJobs.given(g, id);
    var locked = LockedJobs.locked(j, given, id, UniqueKeys.after(j, j.status).isNull());
    dsl.with(given)
        .with(locked)
        .update(j)
        .setNull(j.uniqueKey)
        .from(locked)
        .where(j.id.eq(locked.field("id", UUID.class)))
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
    Tables.Jobs j = database.tables().jobs;
    NewRows n = new NewRows(jobs);
    TypeSettings set = new TypeSettings(database.tables().jobTypes, jobs);
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
    var locked =
        LockedJobs.locked(
            j,
            given,
            id,
            j.uniqueKey.eq(key).and(LockedJobs.isIn(j.status, StatusChange.MOVE.from())));
    Map<UUID, NewJob> byId = new HashMap<>();
    jobs.forEach(job -> byId.put(job.id(), job));
    Map<UUID, Recorded> changed = new HashMap<>();
    dsl.with(set.table())
        .with(given)
        .with(locked)
        .update(j)
        .set(j.payload, payload)
        .set(j.payloadBytes, payloadBytes)
        .set(j.version, version)
        .set(j.priority, set.priority(j.type, hasOwnPriority, priority))
        .set(j.traceContext, traceContext)
        // Whether a job is limited is decided when it is recorded: its pointer may be on its way
        .set(j.limitKey, when(j.limitKey.isNotNull(), DSL.coalesce(limitKey, j.limitKey)))
        .set(j.runAt, when(replacesTime, due).otherwise(j.runAt))
        .set(j.setBackAt, when(replacesTime.not(), j.setBackAt))
        .set(WaitingChanges.publishedAgain(j, replacesTime, due))
        .from(given, locked)
        .where(j.id.eq(id).and(j.id.eq(locked.field("id", UUID.class))))
        .returningResult(
            j.id,
            j.type,
            j.routingKey,
            j.priority,
            j.lease,
            DSL.field(j.externalPolicy.isNotNull()),
            DSL.field(j.limitKey.isNull()))
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
        .forEach(recorded -> changed.put(recorded.jobId(), recorded));
    return changed;
  }
}
