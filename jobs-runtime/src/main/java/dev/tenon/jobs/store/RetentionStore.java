package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.deleteFrom;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.WithStep;
import java.util.UUID;

/**
 * Deletes jobs whose retention is over, with their attempts and logs, and clears unique keys whose
 * period is over. Thread-safe.
 */
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
    var expired =
        name("expired")
            .as(
                select(j.id)
                    .from(j)
                    .where(j.deleteAt.le(currentInstant()))
                    .orderBy(j.deleteAt)
                    .limit(limit)
                    .forUpdate()
                    .skipLocked());
    return LeaderStore.asLeader(
        database, leadership, dsl -> delete(dsl.with(expired), database.tables(), expired));
  }

  /**
   * Deletes jobs with their attempts and logs.
   *
   * @param with the parts of the statement so far
   * @param chosen the one of them that gives the ids of the jobs
   */
  static int delete(WithStep with, Tables tables, CommonTableExpression<Record1<UUID>> chosen) {
    Tables.Jobs j = tables.jobs;
    Tables.Attempts a = tables.attempts;
    Tables.Logs l = tables.logs;
    Field<UUID> id = Fields.of(chosen, j.id);
    return with.with(
            name("without_attempts")
                .as(deleteFrom(a).using(chosen).where(a.jobId.eq(id)).returning(a.jobId)))
        .with(
            name("without_log")
                .as(deleteFrom(l).using(chosen).where(l.jobId.eq(id)).returning(l.jobId)))
        .delete(j)
        .using(chosen)
        .where(j.id.eq(id))
        .execute();
  }

  /**
   * Clears the unique keys of jobs whose period is over, unless their scope is not.
   *
   * @param leadership proof that the caller leads
   * @param limit how many jobs at most
   * @return of how many jobs the period was over
   * @throws LeadershipLostException if the caller no longer leads
   */
  public int clearKeys(Leadership leadership, int limit) {
    Tables.Jobs j = database.tables().jobs;
    var over =
        name("over")
            .as(
                select(j.id)
                    .from(j)
                    .where(j.uniqueKey.isNotNull().and(j.uniqueUntil.le(currentInstant())))
                    .orderBy(j.uniqueUntil)
                    .limit(limit)
                    .forNoKeyUpdate()
                    .skipLocked());
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl ->
            dsl.with(over)
                .update(j)
                .set(j.uniqueKey, UniqueKeys.after(j, j.status))
                // So that jobs that keep the key for other reasons are not looked at again and
                // again
                .setNull(j.uniqueUntil)
                .from(over)
                .where(j.id.eq(Fields.of(over, j.id)))
                .execute());
  }
}
