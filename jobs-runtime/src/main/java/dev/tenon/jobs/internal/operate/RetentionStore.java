package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.LifeCycle;
import dev.tenon.jobs.internal.workflow.WorkflowReadStore;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.RowId;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Deletes jobs and workflows whose retention has ended, with their attempts and logs, and clears
 * unique keys whose period has ended. Thread-safe.
 */
public final class RetentionStore {

  /** The time until a workflow that waits for a follow-up is looked at again. */
  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMinutes(10);

  /**
   * The number of attempts, and of log lines, that one statement deletes for each job of a batch:
   * most jobs have far fewer, and one may have millions.
   */
  private static final int RECORDS_OF_A_JOB = 20;

  private static final String MAX = "max";

  private final Database database;
  private final HotStatement clearKeys;

  /**
   * The result of a batch.
   *
   * @param count the number of jobs, workflows or keys that were changed
   * @param moreIsLeft true if there are probably more
   */
  public record Batch(int count, boolean moreIsLeft) {}

  /** The store of this database. */
  public RetentionStore(Database database) {
    this.database = database;
    this.clearKeys = HotStatement.call(database.tables(), "clear_past_keys", MAX);
  }

  /** Returns true if the retention of anything, or the period of a unique key, has ended. */
  public boolean isAnythingExpired() {
    JobTables.Ended e = database.tables().ended;
    JobTables.UniqueKeys u = database.tables().uniqueKeys;
    Tables.Workflows w = database.tables().workflows;
    // The first row of each index, whatever its time: with the time in the condition, the planner
    // may read the tables
    var job = select(e.deleteAt).from(e).where(e.workflowId.isNull()).orderBy(e.deleteAt).limit(1);
    var workflow =
        select(w.deleteAt)
            .from(w)
            .where(
                w.parentId.isNull().and(w.outcome.isNotNull()).and(w.openFollowUps.eq(inline(0))))
            .orderBy(w.deleteAt)
            .limit(1);
    var period =
        select(u.uniqueUntil)
            .from(u)
            .where(u.uniqueUntil.isNotNull())
            .orderBy(u.uniqueUntil)
            .limit(1);
    Field<Instant> first = DSL.least(DSL.field(job), DSL.field(workflow), DSL.field(period));
    return database
        .control()
        .select(DSL.coalesce(DSL.field(first.le(currentInstant())), inline(false)))
        .fetchSingle()
        .value1();
  }

  /**
   * Deletes jobs whose retention has ended. If they have many attempts or log lines, these are
   * deleted in several calls, and the jobs with the last of them.
   *
   * @param leadership proof that the caller is the leader
   * @param limit the largest number of jobs
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public Batch prune(Leadership leadership, int limit) {
    JobTables.Ended e = database.tables().ended;
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl -> {
          UUID[] ids =
              dsl.select(e.id)
                  .from(e)
                  .where(e.deleteAt.le(currentInstant()).and(e.workflowId.isNull()))
                  .orderBy(e.deleteAt)
                  .limit(limit)
                  .forUpdate()
                  .skipLocked()
                  .fetchArray(e.id);
          return ids.length == 0 ? new Batch(0, false) : delete(dsl, ids, limit);
        });
  }

  private Batch delete(DSLContext dsl, UUID[] ids, int limit) {
    return deleteRecords(dsl, ids, limit)
        ? new Batch(LifeCycle.delete(dsl, database.tables(), List.of(ids)), ids.length == limit)
        : new Batch(0, true);
  }

  /** Deletes attempts and log lines of jobs, as many as fit. Returns true if those were all. */
  private boolean deleteRecords(DSLContext dsl, UUID[] ids, int limit) {
    JobTables.EarlierAttempts a = database.tables().earlierAttempts;
    Tables.Logs l = database.tables().logs;
    return deleteSome(dsl, a, a.jobId, a.lease, ids, limit)
        && deleteSome(dsl, l, l.jobId, l.id, ids, limit);
  }

  /**
   * Deletes rows that belong to jobs.
   *
   * @param order the next column of the index that begins with the id of the job
   * @param limit the largest number of rows, for each of {@value #RECORDS_OF_A_JOB}
   * @return true if these were all
   */
  private static boolean deleteSome(
      DSLContext dsl,
      Table<Record> table,
      Field<UUID> idInTable,
      Field<?> order,
      UUID[] ids,
      int limit) {
    Table<?> given = DSL.unnest(ids).as("given", "id");
    int rows = limit * RECORDS_OF_A_JOB;
    // In the order of the index, because a planner without statistics might read the table
    Table<?> some =
        select(table.rowid().as("place"))
            .from(table)
            .where(idInTable.eq(DSL.field(name("given", "id"), SQLDataType.UUID)))
            .orderBy(idInTable, order)
            .limit(rows)
            .asTable("some");
    Field<RowId> place = DSL.field(name("some", "place"), SQLDataType.ROWID);
    int deleted =
        dsl.deleteFrom(table)
            .where(
                table
                    .rowid()
                    .eq(DSL.any(DSL.array(select(place).from(given, lateral(some)).limit(rows)))))
            .execute();
    return deleted < rows;
  }

  /**
   * Deletes jobs of workflows whose retention has ended. All jobs of such a workflow have ended,
   * including follow-ups and nested workflows, and the last of them need not be kept any longer. A
   * workflow is deleted with its last job.
   *
   * @param leadership proof that the caller is the leader
   * @param limit the largest number of jobs, of one workflow and those that are its tasks
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public Batch pruneWorkflows(Leadership leadership, int limit) {
    return LeaderStore.asLeader(database, leadership, dsl -> pruneWorkflows(dsl, limit));
  }

  private Batch pruneWorkflows(DSLContext dsl, int limit) {
    while (true) {
      List<UUID> roots = lockExpired(dsl);
      if (roots.isEmpty()) {
        return new Batch(0, false);
      }
      List<UUID> all = WorkflowReadStore.withNested(dsl, database.tables(), roots.get(0));
      if (!isKeptForNested(dsl, roots.get(0), all)) {
        return new Batch(delete(dsl, all, limit), true);
      }
    }
  }

  private List<UUID> lockExpired(DSLContext dsl) {
    Tables.Workflows w = database.tables().workflows;
    return dsl.select(w.id)
        .from(w)
        .where(
            w.deleteAt
                .le(currentInstant())
                .and(w.parentId.isNull())
                .and(w.outcome.isNotNull())
                .and(w.openFollowUps.eq(inline(0))))
        .orderBy(w.deleteAt)
        .limit(1)
        .forUpdate()
        .skipLocked()
        .fetch(w.id);
  }

  /**
   * Returns true if a follow-up of a nested workflow has not ended, or must be kept for longer than
   * the other jobs. The whole workflow is kept until then, or looked at again after a while.
   */
  private boolean isKeptForNested(DSLContext dsl, UUID root, List<UUID> all) {
    Tables.Workflows w = database.tables().workflows;
    Field<Instant> keptUntil =
        DSL.max(
            DSL.greatest(
                w.deleteAt,
                when(
                    w.openFollowUps.gt(0),
                    Intervals.after(currentInstant(), inline(LOOK_AGAIN_AFTER.toMillis())))));
    var until =
        dsl.select(keptUntil)
            .from(w)
            .where(w.id.eq(DSL.any(all.toArray(UUID[]::new))).and(w.id.ne(root)))
            .asTable("nested", "kept_until");
    Field<Instant> last = DSL.field(name("nested", "kept_until"), w.deleteAt.getDataType());
    return dsl.update(w)
            .set(w.deleteAt, last)
            .from(until)
            .where(w.id.eq(root).and(last.gt(currentInstant())))
            .execute()
        > 0;
  }

  private int delete(DSLContext dsl, List<UUID> all, int limit) {
    JobTables.Data d = database.tables().data;
    UUID[] jobs =
        dsl.select(d.id)
            .from(d)
            .where(d.workflowId.eq(DSL.any(all.toArray(UUID[]::new))))
            .limit(limit)
            .fetchArray(d.id);
    if (jobs.length > 0) {
      if (!deleteRecords(dsl, jobs, limit) || !deleteTasks(dsl, jobs, limit)) {
        return 0;
      }
      int unused = LifeCycle.delete(dsl, database.tables(), List.of(jobs));
    }
    return jobs.length < limit ? jobs.length + deleteWorkflows(dsl, all, limit) : jobs.length;
  }

  /**
   * Deletes the tasks of these jobs or workflows. If they wait for very many others, only as many
   * of these dependencies as fit. What waits for one of them keeps its dependency.
   *
   * @return true if these were all
   */
  private boolean deleteTasks(DSLContext dsl, UUID[] ids, int limit) {
    Tables.WorkflowEdges e = database.tables().workflowEdges;
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    if (!deleteSome(dsl, e, e.successor, e.successor, ids, limit)) {
      return false;
    }
    dsl.deleteFrom(s).where(s.id.eq(DSL.any(ids))).execute();
    return true;
  }

  /** Deletes workflows without jobs, innermost first, so that outer ones still find them. */
  private int deleteWorkflows(DSLContext dsl, List<UUID> all, int limit) {
    UUID[] ids = all.subList(Math.max(0, all.size() - limit), all.size()).toArray(UUID[]::new);
    Tables.Workflows w = database.tables().workflows;
    return deleteTasks(dsl, ids, limit)
        ? dsl.deleteFrom(w).where(w.id.eq(DSL.any(ids))).execute()
        : 0;
  }

  /**
   * Clears the unique keys of jobs whose period has ended, unless their scope has not ended. The
   * keys of locked jobs are left for later.
   *
   * @param leadership proof that the caller is the leader
   * @param limit the largest number of keys
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public Batch clearKeys(Leadership leadership, int limit) {
    return LeaderStore.asLeader(database, leadership, dsl -> clearKeys(dsl, limit));
  }

  private Batch clearKeys(DSLContext dsl, int limit) {
    Batch[] batch = {new Batch(0, false)};
    clearKeys.run(
        dsl,
        Map.of(MAX, limit),
        row -> {
          int decided = row.getInt("decided");
          // Keys of locked jobs are skipped, and do not make this continue
          batch[0] = new Batch(decided, decided > 0 && row.getInt("past") == limit);
        });
    return batch[0];
  }
}
