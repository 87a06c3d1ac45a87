package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobAudit;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The record of what people have done by hand. Thread-safe. */
public final class AuditStore {

  private static final long MILLIS_OF_A_DAY = 24L * 60 * 60 * 1000;

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

  /**
   * Deletes the oldest entries that need not be kept any more. How long they are kept says the row
   * of the installation. Nothing is deleted if the user of the database may not.
   *
   * @param leadership proof that the caller leads
   * @param limit how many at most
   * @return how many were deleted
   * @throws LeadershipLostException if the caller no longer leads
   */
  public int prune(Leadership leadership, int limit) {
    MonitorTables.Audit a = database.tables().audit;
    Tables.Installation i = database.tables().installation;
    if (!mayPrune()) {
      return 0;
    }
    // The first ones by their ids, which are given in the order of their times
    var first = select(a.id, a.at).from(a).orderBy(a.id).limit(limit).asTable("first");
    Field<Long> keptMillis = i.auditDays.cast(SQLDataType.BIGINT).mul(inline(MILLIS_OF_A_DAY));
    var over =
        select(Fields.of(first, a.id))
            .from(first)
            .crossJoin(i)
            .where(Fields.of(first, a.at).lt(Intervals.beforeNow(keptMillis)));
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl -> dsl.deleteFrom(a).where(a.id.eq(DSL.any(DSL.array(over)))).execute());
  }

  private boolean mayPrune() {
    return database
        .control()
        .fetchSingle(
            "SELECT has_table_privilege({0}, 'SELECT') AND has_table_privilege({0}, 'DELETE')",
            inline(
                database.tables().jobs.getSchema().getQualifiedName()
                    + "."
                    + DSL.name(database.tables().audit.getName())))
        .get(0, Boolean.class);
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
