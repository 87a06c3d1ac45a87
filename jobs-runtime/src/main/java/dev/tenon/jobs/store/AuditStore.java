package dev.tenon.jobs.store;

import dev.tenon.jobs.JobAudit;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The record of what people have done by hand. Thread-safe. */
public final class AuditStore {

  private final Database database;

  /** The store of this database. */
  public AuditStore(Database database) {
    this.database = database;
  }

  /** Records that something is about to be done; gives the id of the entry. */
  public long insert(String by, String action, String target, @Nullable String reason) {
    MonitorTables.Audit a = database.tables().audit;
    return database
        .dsl()
        .insertInto(a)
        .set(a.doneBy, by)
        .set(a.action, action)
        .set(a.target, target)
        .set(a.reason, reason)
        .returning(a.id)
        .fetchSingle()
        .get(a.id);
  }

  /** Records what came of it. */
  public void setOutcome(long id, String outcome) {
    MonitorTables.Audit a = database.tables().audit;
    database.dsl().update(a).set(a.outcome, outcome).where(a.id.eq(id)).execute();
  }

  /** Entries before one, or the latest. */
  public List<JobAudit.Entry> list(int limit, @Nullable Long before) {
    MonitorTables.Audit a = database.tables().audit;
    return list(limit, before == null ? DSL.noCondition() : a.id.lt(before));
  }

  /** The latest entries about a target. */
  public List<JobAudit.Entry> listOf(String target, int limit) {
    return list(limit, database.tables().audit.target.eq(target));
  }

  private List<JobAudit.Entry> list(int limit, Condition which) {
    MonitorTables.Audit a = database.tables().audit;
    return database
        .dsl()
        .selectFrom(a)
        .where(which)
        .orderBy(a.id.desc())
        .limit(limit)
        .fetch(
            row ->
                new JobAudit.Entry(
                    row.get(a.id),
                    row.get(a.at),
                    row.get(a.doneBy),
                    row.get(a.action),
                    row.get(a.target),
                    row.get(a.reason),
                    row.get(a.outcome)));
  }
}
