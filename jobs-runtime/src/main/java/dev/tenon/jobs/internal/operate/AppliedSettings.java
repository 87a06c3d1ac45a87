package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.internal.operate.JobConditions.IdRange;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.WaitingChanges;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobTypeState;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Applies the current priority and number of attempts of a type to its waiting jobs, in place of
 * those that they were submitted with. Thread-safe.
 */
public final class AppliedSettings {

  private final Database database;

  /** Creates an object for this database. */
  public AppliedSettings(Database database) {
    this.database = database;
  }

  /**
   * A page of the jobs of a type.
   *
   * @param last the last job on it; null if there are no more
   * @param changed the number of its jobs that were changed
   */
  public record Page(@Nullable UUID last, int changed) {}

  /**
   * Gives the waiting jobs on a page of a type's jobs this priority and this number of attempts. A
   * job that may have been published with another priority is published once more; the earlier
   * pointer stays valid, and whichever arrives first is used.
   *
   * @param name a name of the type
   * @param after the last job of the previous page; null for the first page
   * @param limit the number of jobs of the type to look at, including those that do not wait
   * @param change writes the entry of the audit
   */
  public Page apply(
      String name,
      JobTypeState.Settings settings,
      @Nullable UUID after,
      int limit,
      ChangeByHand change) {
    Tables.Jobs all = database.tables().jobs;
    JobTables.Live j = database.tables().live;
    OptionalInt maxAttempts = OptionalInt.of(settings.maxAttempts());
    List<UUID> looked =
        database
            .planned()
            .fetch(
                JobPages.oldest(
                    database.tables(),
                    List.of(all.id),
                    JobQuery.all().withType(name),
                    IdRange.between(after, null),
                    limit))
            .map(row -> row.get(all.id));
    List<UUID> ids =
        database
            .planned()
            .select(j.id)
            .from(j)
            .where(j.id.eq(DSL.any(looked.toArray(UUID[]::new))))
            .and(WaitingChanges.differs(j, settings.priority(), maxAttempts))
            .fetch(j.id);
    int changed =
        ids.isEmpty()
            ? 0
            : change.inTransaction(
                database.planned(),
                dsl -> {
                  int count =
                      WaitingChanges.prioritise(
                          dsl, database.tables(), ids, settings.priority(), maxAttempts);
                  if (count > 0) {
                    change.record(dsl, database.tables(), "done");
                  }
                  return count;
                });
    return new Page(looked.size() < limit ? null : looked.get(looked.size() - 1), changed);
  }
}
