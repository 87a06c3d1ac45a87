package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Records how attempts ended: many with one statement, each only under its lease. Thread-safe. */
public final class OutcomeStore {

  /**
   * The maximum wait for locks of anything but workflows. A short wait does little harm, however
   * often it is in vain.
   */
  private static final Duration SHORT_WAIT = Duration.ofMillis(50);

  private final Database database;
  private final HotStatement statement;

  /** The store of this database. */
  public OutcomeStore(Database database) {
    this.database = database;
    this.statement = EndedAttempts.statement(database.tables());
  }

  /**
   * Records the ends of attempts, and one row for each attempt.
   *
   * @return the jobs whose end was recorded. A job that is missing had lost its lease: it runs
   *     elsewhere, or its end was already recorded.
   */
  public Set<UUID> finish(List<AttemptEnd> ends) {
    return finish(database.control(), ends);
  }

  /**
   * Records the ends of attempts, some of them at tasks of workflows, and applies their
   * consequences, in one transaction. It waits for each lock of another transaction for up to two
   * seconds; the database function sets that limit.
   *
   * @param next the tasks to claim in the same transaction, if they can start now
   * @throws StoreUnavailableException if others hold a workflow for longer; see {@link
   *     StoreUnavailableException#isHeldByOthers}
   */
  public Finished finish(List<AttemptEnd> ends, NextTasks next) {
    return Database.inTransaction(database.control(), dsl -> finish(dsl, ends, next));
  }

  /**
   * Does the same as {@link #finish(List, NextTasks)}, but only for jobs whose workflows nobody
   * holds at the moment, and for jobs without a workflow. It never waits for a workflow.
   *
   * @param workflows the workflows of the jobs, by the ids of the jobs
   */
  public FinishedInPart finishFree(List<AttemptEnd> ends, Map<UUID, UUID> workflows) {
    return Database.inTransaction(
        database.control(),
        dsl -> {
          Database.limitLockWait(dsl, SHORT_WAIT);
          Set<UUID> free = WorkflowLocks.lockFree(dsl, database.tables(), workflows.values());
          List<AttemptEnd> some =
              ends.stream()
                  .filter(
                      end -> {
                        UUID workflowId = workflows.get(end.lease().jobId());
                        return workflowId == null || free.contains(workflowId);
                      })
                  .toList();
          if (some.isEmpty()) {
            return new FinishedInPart(Set.of(), free, StartableJobs.NOTHING);
          }
          Finished finished = finish(dsl, some, NextTasks.NONE);
          return new FinishedInPart(finished.recorded(), free, finished.startable());
        });
  }

  /**
   * The result of recording the ends of attempts.
   *
   * @param recorded the jobs whose end was recorded; a missing job that belongs to no other
   *     workflow had lost its lease
   * @param free the workflows that nobody held
   * @param startable what can be started now
   */
  public record FinishedInPart(Set<UUID> recorded, Set<UUID> free, StartableJobs startable) {

    /** Makes the collections immutable. */
    public FinishedInPart {
      recorded = Set.copyOf(recorded);
      free = Set.copyOf(free);
    }
  }

  private Finished finish(DSLContext dsl, List<AttemptEnd> ends, NextTasks next) {
    Set<UUID> recorded = finish(dsl, ends);
    List<ClaimedJob> claimed = new ArrayList<>();
    StartableJobs startable = Settlement.settle(dsl, database, next, claimed::add);
    return new Finished(recorded, startable, claimed);
  }

  /**
   * The result of recording the ends of attempts.
   *
   * @param recorded the jobs whose end was recorded, as above
   * @param startable what else can be started now
   * @param claimed what the worker has claimed
   */
  public record Finished(Set<UUID> recorded, StartableJobs startable, List<ClaimedJob> claimed) {

    /** Makes the collections immutable. */
    public Finished {
      recorded = Set.copyOf(recorded);
      claimed = List.copyOf(claimed);
    }
  }

  Set<UUID> finish(DSLContext dsl, List<AttemptEnd> ends) {
    Set<UUID> recorded = new HashSet<>();
    statement.run(
        dsl, EndedAttempts.values(ends), row -> recorded.add(row.getObject(1, UUID.class)));
    return recorded;
  }
}
