package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.DataType;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Has the database apply the consequences that the changes of a transaction have for workflows,
 * before it commits.
 */
public final class Settlement {

  /** The function that settles; the user needs the right to call it. */
  private static final String FUNCTION = "settle_workflows";

  private static final String SIGNATURE = FUNCTION + "(text, text[], integer[], integer, boolean)";

  private Settlement() {}

  /** A reason to settle a workflow before the commit, though none of its jobs has ended. */
  public enum Reason {
    /** Its state was changed. */
    CHANGED,
    /** It has failed without having jobs. */
    FAILED,
    /** It runs again after its end. */
    RETRIED
  }

  /** Has the database settle workflows before the commit, though none of their jobs has ended. */
  public static void request(
      DSLContext dsl, Tables tables, Collection<UUID> workflowIds, Reason why) {
    request(dsl, tables, workflowIds.stream().map(id -> new Target(id, id)).toList(), why);
  }

  /**
   * A workflow or job that the database settles.
   *
   * @param id a workflow, or a job
   * @param workflowId the workflow itself, or that of the job
   */
  public record Target(UUID id, UUID workflowId) {}

  /** Does the same for workflows and jobs. */
  public static void request(DSLContext dsl, Tables tables, List<Target> targets, Reason why) {
    Tables.WorkflowChanges c = tables.workflowChanges;
    if (targets.isEmpty()) {
      return;
    }
    UnnestedRows<Target> n = new UnnestedRows<>("n", targets);
    dsl.insertInto(c)
        .columns(
            c.transaction, c.workflowId, c.id, c.isMember, c.attempted, c.hasFailed, c.isRetried)
        .select(
            select(
                    DSL.field("txid_current()", SQLDataType.BIGINT),
                    n.column("workflow_id", SQLDataType.UUID, Target::workflowId),
                    n.column("id", SQLDataType.UUID, Target::id),
                    inline(false),
                    inline(0),
                    inline(why == Reason.FAILED),
                    inline(why == Reason.RETRIED))
                .from(n.table()))
        .execute();
  }

  /**
   * Settles immediately instead of at the commit, and returns the jobs that can then be started.
   */
  public static StartableJobs settle(DSLContext dsl, Database database) {
    return settle(dsl, database, NextTasks.NONE, unused -> {});
  }

  /**
   * Does the same for callers that do not need the jobs that can be started: the relay publishes
   * those, and workers find them. Left to the commit, the whole work would be one statement, which
   * may take longer than the client waits.
   */
  public static void settleBeforeCommit(DSLContext dsl, Database database) {
    StartableJobs unused = settle(dsl, database);
  }

  /**
   * Settles in parts, each with one statement, and returns the jobs that can be started after the
   * commit. If the user has no right to settle, a trigger does it at the commit with the rights of
   * the owner, and polling finds the jobs that can start.
   *
   * @param claimed receives each job that was claimed
   */
  static StartableJobs settle(
      DSLContext dsl, Database database, NextTasks next, Consumer<ClaimedJob> claimed) {
    if (!database.mayCall(dsl, SIGNATURE)) {
      return StartableJobs.NOTHING;
    }
    List<JobPointer> pointers = new ArrayList<>();
    boolean[] othersMayWait = {false};
    boolean[] canPrepare = {false};
    boolean[] hasMore = {true};
    NextTasks wanted = next;
    while (hasMore[0]) {
      hasMore[0] = false;
      NextTasks part = wanted;
      database
          .statement(FUNCTION, Settlement::statement)
          .run(
              dsl,
              part.values(),
              row -> {
                UUID jobId = row.getObject(1, UUID.class);
                ClaimedJob mine = part.read(row);
                if (mine != null) {
                  claimed.accept(mine);
                } else if (row.getBoolean(17)) {
                  hasMore[0] = true;
                } else if (jobId == null) {
                  canPrepare[0] = true;
                } else if (row.getBoolean(7)) {
                  pointers.add(
                      new JobPointer(
                          jobId,
                          row.getString(2),
                          row.getString(3),
                          JobPriority.ofLevel(row.getShort(4)),
                          row.getLong(5),
                          row.getBoolean(6)));
                } else {
                  othersMayWait[0] = true;
                }
              });
      // Claimed jobs count against the limit of all parts
      wanted = NextTasks.NONE;
    }
    return new StartableJobs(pointers, othersMayWait[0], canPrepare[0]);
  }

  /** Returns the statement that applies the consequences of a transaction's changes. */
  private static HotStatement statement(Tables tables) {
    var settled =
        DSL.function(
            name(tables.jobs.getSchema().getQualifiedName(), name(FUNCTION)),
            SQLDataType.RECORD,
            NextTasks.parameters().toArray(Field<?>[]::new));
    return HotStatement.of(
        select(
                column("job_id", SQLDataType.UUID),
                column("type", SQLDataType.CLOB),
                column("routing_key", SQLDataType.CLOB),
                column("priority", SQLDataType.SMALLINT),
                column("lease", SQLDataType.BIGINT),
                column("is_external", SQLDataType.BOOLEAN),
                column("is_published", SQLDataType.BOOLEAN),
                column("version", SQLDataType.INTEGER),
                column("attempts", SQLDataType.INTEGER),
                column("max_attempts", SQLDataType.INTEGER),
                column("payload", SQLDataType.CLOB),
                column("item_id", SQLDataType.CLOB),
                column("submitted_by", SQLDataType.CLOB),
                column("workflow_id", SQLDataType.UUID),
                column("trace_context", SQLDataType.CLOB),
                column("headers", SQLDataType.JSONB),
                column("has_more", SQLDataType.BOOLEAN))
            .from(DSL.table("{0}", settled).as("settled")));
  }

  private static <T> Field<T> column(String column, DataType<T> type) {
    return DSL.field(name("settled", column), type);
  }
}
