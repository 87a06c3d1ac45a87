package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Records jobs. Thread-safe. */
public final class SubmitStore {

  private final Database database;
  private final SharedStatements<NewJob, Map<UUID, NewRows.Inserted>> shared;
  private final UniqueInserts unique;
  private final BacklogGate gate;

  /** The store of this database. */
  public SubmitStore(Database database) {
    this.database = database;
    this.shared =
        new SharedStatements<>(
            job -> job.payload().length(), jobs -> insertRows(database.brief(), jobs, 0));
    this.unique = new UniqueInserts(database);
    this.gate = new BacklogGate(database);
  }

  /** Returns room for jobs that are recorded in a transaction of the caller, none yet. */
  public BacklogGate.Room room() {
    return gate.open();
  }

  /**
   * Records jobs in their own transaction; a few jobs may share it with those of other threads.
   * Jobs with a unique key share nothing, because they wait for transactions that have submitted
   * the same key, and other jobs must not wait for those.
   *
   * @return the result for each job, in their order
   * @throws BacklogFullException if too many wait
   */
  public List<Recorded> insert(List<NewJob> jobs) {
    try (BacklogGate.Room room = room()) {
      take(room, database.brief(), jobs);
      return room.keep(jobs, insertAll(jobs));
    }
  }

  private List<Recorded> insertAll(List<NewJob> jobs) {
    if (anyIsUnique(jobs)) {
      return unique.insert(jobs);
    }
    if (shared.areSmall(jobs)) {
      return created(jobs, shared.write(jobs));
    }
    if (NewRows.endOfChunk(jobs, 0) == jobs.size()) {
      return created(jobs, insertRows(database.dsl(), jobs, 0));
    }
    return created(jobs, Database.inTransaction(database.dsl(), dsl -> insertInChunks(dsl, jobs)));
  }

  /**
   * Records jobs in a transaction of the caller.
   *
   * @param transaction the caller's connection, with auto-commit off
   * @return the result for each job, in their order
   * @throws BacklogFullException if too many wait
   */
  public List<Recorded> insert(Connection transaction, List<NewJob> jobs) {
    DSLContext dsl = Database.context(transaction);
    try (BacklogGate.Room room = room()) {
      take(room, dsl, jobs);
      return room.keep(
          jobs,
          anyIsUnique(jobs)
              ? unique.insert(transaction, jobs)
              : created(jobs, insertInChunks(dsl, jobs)));
    }
  }

  /** Takes room for those of these jobs that will be recorded. */
  private void take(BacklogGate.Room room, DSLContext dsl, List<NewJob> jobs) {
    try {
      room.take(dsl, jobs);
    } catch (BacklogFullException e) {
      List<NewJob> added = anyIsUnique(jobs) ? unique.withFreeKeys(dsl, jobs) : jobs;
      if (added.size() == jobs.size()) {
        throw e;
      }
      room.take(dsl, added);
    }
  }

  /**
   * Records a job that somebody submits by hand.
   *
   * @param change writes the entry of the audit
   * @throws BacklogFullException if too many wait
   */
  public Recorded insertByHand(NewJob job, ChangeByHand change) {
    List<NewJob> jobs = List.of(job);
    try (BacklogGate.Room room = room()) {
      take(room, database.brief(), jobs);
      Recorded recorded =
          anyIsUnique(jobs) ? unique.insertByHand(job, change) : insertByHand(jobs, change);
      return room.keep(jobs, List.of(recorded)).get(0);
    }
  }

  private Recorded insertByHand(List<NewJob> jobs, ChangeByHand change) {
    return change.inTransaction(
        database.dsl(),
        dsl -> {
          Recorded recorded = created(jobs, insertInChunks(dsl, jobs)).get(0);
          change.record(dsl, database.tables(), recorded.describe());
          return recorded;
        });
  }

  /**
   * Records jobs without unique keys in a transaction of the caller, who has taken {@linkplain
   * #room() room} for them unless they are not to be refused.
   */
  public List<Recorded> insert(DSLContext transaction, List<NewJob> jobs) {
    return created(jobs, insertInChunks(transaction, jobs));
  }

  /**
   * Records jobs of a schedule in a transaction of the caller. A job whose id already exists is
   * left unchanged.
   *
   * @return the jobs that were recorded, in their recorded form
   */
  public static List<NewJob> insertScheduled(
      Database database, DSLContext dsl, String schedule, List<NewJob> jobs) {
    List<NewJob> recorded = new ArrayList<>();
    for (int from = 0; from < jobs.size(); ) {
      int end = NewRows.endOfChunk(jobs, from);
      recorded.addAll(
          NewRows.insertScheduled(dsl, database, schedule, jobs.subList(from, end), from));
      from = end;
    }
    return recorded;
  }

  private static boolean anyIsUnique(List<NewJob> jobs) {
    return jobs.stream().anyMatch(job -> job.unique() != null);
  }

  private static List<Recorded> created(List<NewJob> jobs, Map<UUID, NewRows.Inserted> otherwise) {
    return jobs.stream().map(job -> Recorded.created(job, otherwise.get(job.id()))).toList();
  }

  private Map<UUID, NewRows.Inserted> insertInChunks(DSLContext dsl, List<NewJob> jobs) {
    Map<UUID, NewRows.Inserted> otherwise = new HashMap<>();
    for (int from = 0; from < jobs.size(); ) {
      int end = NewRows.endOfChunk(jobs, from);
      otherwise.putAll(insertRows(dsl, jobs.subList(from, end), from));
      from = end;
    }
    return otherwise;
  }

  private Map<UUID, NewRows.Inserted> insertRows(
      DSLContext dsl, List<NewJob> jobs, int firstPosition) {
    return NewRows.insert(dsl, database, jobs, firstPosition);
  }
}
