package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Records how attempts ended: many with one statement, each only under its lease. Thread-safe. */
public final class OutcomeStore {

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
   * @return the jobs whose end was recorded. What is missing had lost its lease: the job runs
   *     elsewhere, or its end is recorded already.
   */
  public Set<UUID> finish(List<AttemptEnd> ends) {
    return finish(database.control(), ends);
  }

  /**
   * Records the ends of attempts at jobs of which some belong to workflows, and does what follows
   * from that, in one transaction.
   *
   * @param next which of the steps that can start now are claimed with it
   */
  public Finished finish(List<AttemptEnd> ends, NextSteps next) {
    return Database.inTransaction(
        database.control(),
        dsl -> {
          Set<UUID> recorded = finish(dsl, ends);
          List<ClaimedJob> claimed = new ArrayList<>();
          ReleasedJobs released = Settlement.settle(dsl, database, next, claimed::add);
          return new Finished(recorded, released, claimed);
        });
  }

  /**
   * What became of the ends of attempts.
   *
   * @param recorded the jobs whose end was recorded, as above
   * @param released what else can be started now
   * @param claimed what the worker has claimed
   */
  public record Finished(Set<UUID> recorded, ReleasedJobs released, List<ClaimedJob> claimed) {

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
