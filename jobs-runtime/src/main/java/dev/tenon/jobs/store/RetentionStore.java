package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

/** Deletes jobs whose retention is over, with their attempts and logs. Thread-safe. */
public final class RetentionStore {

  private final Database database;

  /** The store of this database. */
  public RetentionStore(Database database) {
    this.database = database;
  }

  /**
   * Deletes jobs whose retention is over.
   *
   * @param leadership proof that the caller leads
   * @param limit how many at most
   * @return how many were deleted
   * @throws LeadershipLostException if the caller no longer leads
   */
  public int prune(Leadership leadership, int limit) {
    Tables.Jobs j = database.tables().jobs;
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl ->
            dsl.deleteFrom(j)
                .where(
                    j.id.in(
                        select(j.id)
                            .from(j)
                            .where(j.deleteAt.le(currentInstant()))
                            .orderBy(j.deleteAt)
                            .limit(limit)
                            .forUpdate()
                            .skipLocked()))
                .execute());
  }
}
