package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.row;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.MonitorTables;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobAudit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the record of changes by hand, which {@link ChangeByHand} writes. Thread-safe. */
public final class AuditStore {

  private static final long MILLIS_OF_A_DAY = 24L * 60 * 60 * 1000;

  private final Database database;
  private final PatientReads reads;

  /** The store of this database. */
  public AuditStore(Database database) {
    this.database = database;
    this.reads = new PatientReads(database);
  }

  /**
   * Deletes the oldest entries that need not be kept any longer. The row of the installation says
   * how long they are kept. Nothing is deleted if the database user lacks the right.
   *
   * @param leadership proof that the caller is the leader
   * @param limit the largest number of entries
   * @return the number of deleted entries
   * @throws LeadershipLostException if the caller is no longer the leader
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
        select(SubqueryFields.of(first, a.id))
            .from(first)
            .crossJoin(i)
            .where(SubqueryFields.of(first, a.at).lt(Intervals.beforeNow(keptMillis)));
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

  /**
   * A page of entries, newest first. Each index has them in the order of their times, after its
   * first column.
   */
  public Page<JobAudit.Entry> list(AuditQuery query) {
    MonitorTables.Audit a = database.tables().audit;
    List<JobAudit.Entry> entries =
        reads.byIndexes(
            dsl ->
                dsl.fetch(page(query))
                    .map(
                        row ->
                            new StoredEntry(
                                row.get(a.id),
                                row.get(a.at),
                                row.get(a.doneBy),
                                row.get(a.action),
                                row.get(a.target),
                                row.get(a.reason),
                                row.get(a.outcome))));
    if (entries.size() <= query.limit()) {
      return Page.last(entries);
    }
    List<JobAudit.Entry> page = entries.subList(0, query.limit());
    JobAudit.Entry last = page.get(page.size() - 1);
    return Page.followed(page, Cursors.ofEntry(last.at(), last.id()));
  }

  private record StoredEntry(
      long id,
      Instant at,
      String by,
      String action,
      String target,
      @Nullable String why,
      String outcome)
      implements JobAudit.Entry {

    @Override
    public Optional<String> reason() {
      return Optional.ofNullable(why);
    }
  }

  /** A query for one entry more than requested, which shows whether there is a next page. */
  Select<Record> page(AuditQuery query) {
    MonitorTables.Audit a = database.tables().audit;
    return DSL.selectFrom(a)
        .where(which(a, query))
        .orderBy(a.at.desc(), a.id.desc())
        .limit(query.limit() + 1);
  }

  private static Condition which(MonitorTables.Audit a, AuditQuery query) {
    return DSL.and(
        query.by().map(a.doneBy::eq).orElseGet(DSL::noCondition),
        query.action().map(a.action::eq).orElseGet(DSL::noCondition),
        query.target().map(a.target::eq).orElseGet(DSL::noCondition),
        query.from().map(JobConditions::clamped).map(a.at::ge).orElseGet(DSL::noCondition),
        query.until().map(JobConditions::clamped).map(a.at::lt).orElseGet(DSL::noCondition),
        query
            .cursor()
            .map(Cursors::entry)
            .map(last -> row(a.at, a.id).lt(row(last.at(), last.id())))
            .orElseGet(DSL::noCondition));
  }
}
