package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.StoreExceptions;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.lang.reflect.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records jobs with unique keys, or finds and changes the jobs that have the keys already. A try
 * inserts in the order of the keys, and waits for others that insert the same ones. Then it locks
 * the jobs to be changed, in the order of the ids. So a submit that waits for a row never waits for
 * one that waits for a key, and no two submits can wait for each other. If a job has lost its key
 * between these steps, the whole try is rolled back before the next one. Thread-safe.
 */
final class UniqueInserts {

  /**
   * The maximum number of tries. Each of them fails only if a job got the key and lost it again
   * during one statement.
   */
  private static final int MAX_TRIES = 20;

  private static final String SERIALIZATION_FAILURE = "40001";

  private static final String KEYS = "keys";
  private static final String IDS = "ids";

  /** The parameters of {@code replace_jobs}, which has arrays of the new jobs. */
  private static final String[] REPLACEMENTS = {
    "ids",
    "unique_keys",
    "versions",
    "priorities",
    "have_own_priority",
    "payloads",
    "payload_bytes",
    "limit_keys",
    "order_keys",
    "trace_contexts",
    "headers",
    "replace_times",
    "delays_millis",
    "run_ats",
    "start_within_millis",
    "start_befores",
    "backlog_keys",
    "costs"
  };

  private static final String REPLACE_TIMES = "replace_times";

  private final Database database;
  private final HotStatement jobsWithKeys;
  private final HotStatement clearKeys;
  private final HotStatement replaceJobs;

  UniqueInserts(Database database) {
    this.database = database;
    Tables tables = database.tables();
    this.jobsWithKeys = HotStatement.call(tables, "jobs_with_keys", KEYS);
    this.clearKeys = HotStatement.call(tables, "clear_unique_keys", KEYS, IDS);
    this.replaceJobs = HotStatement.call(tables, "replace_jobs", REPLACEMENTS);
  }

  /**
   * A job that has the key of a new one.
   *
   * @param status null if the job is no longer there
   * @param isKeyExpired whether it only still has the key because nobody has cleared it yet
   */
  private record Holder(UUID id, String key, @Nullable JobStatus status, boolean isKeyExpired) {}

  /** Ends a try because keys were taken when it inserted, but free, or as good as free, later. */
  private static final class HoldersChanged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // It is never serialized
    private final List<Holder> over;

    HoldersChanged(List<Holder> over) {
      super("The jobs with the same unique keys have changed.", null, false, false);
      this.over = over;
    }
  }

  /** Records the jobs in their own transaction. */
  List<Recorded> insert(List<NewJob> jobs) {
    DSLContext dsl = database.dsl();
    if (jobs.size() == 1) {
      // One statement that changes something needs no transaction around it
      return repeat(dsl, () -> attempt(dsl, jobs));
    }
    return repeat(
        dsl, () -> Database.inTransaction(dsl, transaction -> attempt(transaction, jobs)));
  }

  /** Records a job that somebody submits by hand, with the entry of the audit. */
  Recorded insertByHand(NewJob job, ChangeByHand change) {
    DSLContext dsl = database.dsl();
    return repeat(
            dsl,
            () ->
                change.inTransaction(
                    dsl,
                    transaction -> {
                      List<Recorded> recorded = attempt(transaction, List.of(job));
                      if (recorded.get(0).hasChanged()) {
                        change.record(transaction, database.tables(), recorded.get(0).describe());
                      }
                      return recorded;
                    }))
        .get(0);
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

  /** Returns those of the jobs whose keys no job has, and those without a key. */
  List<NewJob> withFreeKeys(DSLContext dsl, List<NewJob> jobs) {
    List<NewJob> wanted = List.copyOf(byKey(jobs).values());
    Map<String, Holder> holders = holders(dsl, wanted);
    List<NewJob> free = new ArrayList<>();
    jobs.stream().filter(job -> job.unique() == null).forEach(free::add);
    for (NewJob job : wanted) {
      Holder holder = holders.get(key(job));
      if (holder == null || holder.isKeyExpired()) {
        free.add(job);
      }
    }
    return free;
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
        "In each of %d tries, another job had one of the unique keys and then lost it again."
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
        withoutKey, (chunk, from) -> otherwise.putAll(NewRows.insert(dsl, database, chunk, from)));
    Map<String, NewJob> wanted = byKey(jobs);
    Map<UUID, NewRows.Inserted> inserted = new HashMap<>();
    inChunks(
        List.copyOf(wanted.values()),
        (chunk, from) -> inserted.putAll(NewRows.insert(dsl, database, chunk, from)));
    Map<String, Recorded> present =
        present(
            dsl, wanted.values().stream().filter(job -> !inserted.containsKey(job.id())).toList());
    List<Recorded> recorded = new ArrayList<>(jobs.size());
    Set<String> reported = new HashSet<>();
    for (NewJob job : jobs) {
      if (job.unique() == null) {
        recorded.add(Recorded.created(job, otherwise.get(job.id())));
        continue;
      }
      NewJob chosen = Objects.requireNonNull(wanted.get(key(job)));
      Recorded first =
          inserted.containsKey(chosen.id())
              ? Recorded.created(chosen, inserted.get(chosen.id()))
              : Objects.requireNonNull(present.get(key(job)));
      recorded.add(reported.add(key(job)) ? first : Recorded.kept(first.jobId()));
    }
    return recorded;
  }

  /**
   * Returns one job for each key, in the order of the keys. It has the id of the first job with the
   * key; where jobs are replaced, it has everything else from the last one.
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

  /** An action on a part of the jobs. */
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

  /** Returns the jobs that have the keys of these, by their keys, and changes them if requested. */
  private Map<String, Recorded> present(DSLContext dsl, List<NewJob> jobs) {
    if (jobs.isEmpty()) {
      return Map.of();
    }
    Map<String, Holder> holders = holders(dsl, jobs);
    List<Holder> over = holders.values().stream().filter(Holder::isKeyExpired).toList();
    if (!over.isEmpty() || holders.size() < jobs.size()) {
      throw new HoldersChanged(over);
    }
    Map<String, Recorded> present = new HashMap<>();
    holders.forEach((key, holder) -> present.put(key, Recorded.kept(holder.id())));
    List<NewJob> replacements = new ArrayList<>();
    for (NewJob job : jobs) {
      Holder holder = holders.get(key(job));
      if (holder != null && !isKept(job) && StatusChange.MOVE.from().contains(holder.status())) {
        replacements.add(job.withId(holder.id()));
      }
    }
    // In PostgreSQL's order of ids; Java compares them as signed numbers
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
   * Handles jobs that should have been changed but no longer wait. If they have kept their keys,
   * they stay as they are. Otherwise the new jobs have to be recorded, or what they ask for would
   * be lost.
   */
  private void requireStillThere(DSLContext dsl, List<NewJob> missed) {
    Map<String, Holder> now = holders(dsl, missed);
    for (NewJob job : missed) {
      Holder holder = now.get(key(job));
      if (holder == null || holder.isKeyExpired() || !holder.id().equals(job.id())) {
        throw new HoldersChanged(List.of());
      }
    }
  }

  private Map<String, Holder> holders(DSLContext dsl, List<NewJob> jobs) {
    Map<String, Holder> holders = new HashMap<>();
    jobsWithKeys.run(
        dsl,
        Map.of(KEYS, values(String.class, jobs, UniqueInserts::key)),
        row -> {
          String status = row.getString(3);
          Holder holder =
              new Holder(
                  row.getObject(1, UUID.class),
                  row.getString(2),
                  status == null ? null : JobStatus.ofCode(status),
                  row.getBoolean(4));
          holders.put(holder.key(), holder);
        });
    return holders;
  }

  /** Clears keys whose scope and period have ended. */
  private void clear(DSLContext dsl, List<Holder> over) {
    List<Holder> inOrder = over.stream().sorted(Comparator.comparing(Holder::key)).toList();
    clearKeys.run(
        dsl,
        Map.of(
            KEYS, values(String.class, inOrder, Holder::key),
            IDS, values(UUID.class, inOrder, Holder::id)),
        row -> {});
  }

  /**
   * Gives waiting jobs the payloads of new ones, and their times if requested.
   *
   * @param jobs the new jobs, with the ids of those that have their keys
   * @return those that were changed, by their ids
   */
  private Map<UUID, Recorded> replace(DSLContext dsl, List<NewJob> jobs) {
    Map<UUID, NewJob> byId = new HashMap<>();
    jobs.forEach(job -> byId.put(job.id(), job));
    Map<UUID, Recorded> replaced = new HashMap<>();
    Map<String, @Nullable Object> values = new HashMap<>();
    for (String name : REPLACEMENTS) {
      values.put(
          name,
          name.equals(REPLACE_TIMES)
              ? values(Boolean.class, jobs, UniqueInserts::replacesTime)
              : NewJobArrays.ofEach(name, jobs));
    }
    replaceJobs.run(
        dsl,
        values,
        row -> {
          UUID id = row.getObject(1, UUID.class);
          NewJob job = Objects.requireNonNull(byId.get(id));
          boolean isToBePublished =
              replacesTime(job) && job.isDueImmediately() && row.getBoolean(7);
          @Nullable JobPointer pointer =
              isToBePublished
                  ? new JobPointer(
                      id,
                      row.getString(2),
                      row.getString(3),
                      JobPriority.ofLevel(row.getShort(4)),
                      row.getLong(5),
                      row.getBoolean(6))
                  : null;
          replaced.put(id, new Recorded(id, false, true, pointer));
        });
    return replaced;
  }

  private static boolean replacesTime(NewJob job) {
    return job.requireUnique().onDuplicate() == DuplicatePolicy.REPLACE_TIME;
  }

  /** Returns an array of one value from each row, for a parameter of a function. */
  private static <T> @Nullable Object[] values(
      Class<?> type, List<T> rows, Function<T, @Nullable Object> value) {
    @Nullable Object[] values = (@Nullable Object[]) Array.newInstance(type, rows.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(rows.get(i));
    }
    return values;
  }
}
