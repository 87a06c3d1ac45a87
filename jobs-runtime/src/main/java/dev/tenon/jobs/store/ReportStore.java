package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.List;
import java.util.UUID;

/**
 * Records what running handlers report. A report counts only while its lease does: what the thread
 * of an attempt that is over still says is dropped. Thread-safe.
 */
public final class ReportStore {

  private final Database database;

  /** The store of this database. */
  public ReportStore(Database database) {
    this.database = database;
  }

  /**
   * Records progress; of one job at most one report. If somebody has locked the row of a job, its
   * report is dropped, rather than that those of all other jobs wait: the next one says more.
   */
  public void progress(List<ProgressReport> reports) {
    Tables.Jobs j = database.tables().jobs;
    UnnestedRows<ProgressReport> r = new UnnestedRows<>("r", reports);
    var id = r.column("id", SQLDataType.UUID, report -> report.lease().jobId());
    var lease = r.column("lease", SQLDataType.BIGINT, report -> report.lease().number());
    var worker = r.column("worker", SQLDataType.CLOB, report -> report.lease().workerId());
    var percent = r.column("percent", SQLDataType.SMALLINT, report -> (short) report.percent());
    var message = r.column("message", SQLDataType.CLOB, ProgressReport::message);
    var given = LockedJobs.given(r, id);
    var locked = LockedJobs.free(j, given, id, HeldJob.is(j, lease, worker));
    database
        .control()
        .with(given)
        .with(locked)
        .update(j)
        .set(j.progress, percent)
        .set(j.progressMessage, message)
        .from(given, locked)
        .where(j.id.eq(id).and(j.id.eq(locked.field("id", UUID.class))))
        .execute();
  }

  /** Records lines of logs, in the given order. */
  public void log(List<LogLine> lines) {
    Tables.Jobs j = database.tables().jobs;
    Tables.Logs l = database.tables().logs;
    UnnestedRows<LogLine> n = new UnnestedRows<>("n", lines);
    var id = n.column("id", SQLDataType.UUID, line -> line.lease().jobId());
    var lease = n.column("lease", SQLDataType.BIGINT, line -> line.lease().number());
    var worker = n.column("worker", SQLDataType.CLOB, line -> line.lease().workerId());
    var attempt = n.column("attempt", SQLDataType.INTEGER, LogLine::attempt);
    var level = n.column("level", Tables.LEVEL, LogLine::level);
    var message = n.column("message", SQLDataType.CLOB, LogLine::message);
    var data = n.column("data", SQLDataType.CLOB, LogLine::data);
    var loggedAt = n.column("logged_at", SQLDataType.INSTANT, LogLine::loggedAt);
    int[] position = {0};
    var order = n.column("position", SQLDataType.INTEGER, line -> position[0]++);
    database
        .control()
        .insertInto(l, l.jobId, l.attempt, l.level, l.message, l.data, l.loggedAt)
        .select(
            select(id, attempt, level, message, data.cast(JSON.class), loggedAt)
                .from(n.table())
                .join(j)
                .on(j.id.eq(id).and(HeldJob.is(j, lease, worker)))
                .orderBy(order))
        .execute();
  }
}
