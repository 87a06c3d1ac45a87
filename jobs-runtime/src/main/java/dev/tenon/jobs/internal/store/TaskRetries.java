package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.not;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The special rules for retrying jobs that belong to workflows. */
public final class TaskRetries {

  private final JobTables.Ended j;
  private final Tables.WorkflowTasks s;
  private final Tables.Workflows w;
  private final Tables.WorkflowEdges e;

  /** The rules for these tables. */
  public TaskRetries(Tables tables) {
    this.j = tables.ended;
    this.s = tables.workflowTasks;
    this.w = tables.workflows;
    this.e = tables.workflowEdges;
  }

  /**
   * Returns the due times of the jobs that can be retried. These are the failed and cancelled ones,
   * except jobs that were cancelled because the tasks before them did not end as required, or
   * because they are not needed. They are due now, unless they wait for other tasks, for their
   * payloads, or for a pause to end.
   *
   * @return the times by the ids of the jobs
   */
  Map<UUID, Instant> due(DSLContext dsl, Collection<UUID> jobIds) {
    UnnestedRows<UUID> rows = new UnnestedRows<>("p", List.copyOf(jobIds));
    Field<UUID> id = rows.column("id", SQLDataType.UUID, each -> each);
    Condition waitsForTasks =
        exists(
            selectOne()
                .from(s)
                .where(
                    s.id
                        .eq(j.id)
                        .and(
                            s.isReleased
                                .isFalse()
                                .or(s.prepareAt.isNotNull())
                                .or(s.error.isNotNull()))));
    Condition isPaused =
        exists(selectOne().from(w).where(w.id.eq(j.workflowId).and(w.pausedAt.isNotNull())));
    Condition isStopped =
        exists(
            selectOne()
                .from(s)
                .where(s.id.eq(j.id).and(isStopped(s)).and(j.workflowId.isNotNull())));
    Field<Instant> due =
        when(j.workflowId.isNotNull().and(waitsForTasks.or(isPaused)), Intervals.never())
            .otherwise(currentInstant())
            .as("due");
    // With a limit, each is looked up by its id, whatever statistics PostgreSQL has
    var one =
        select(due)
            .from(j)
            .where(
                j.id
                    .eq(id)
                    .and(LockedJobs.isIn(j.status, StatusChange.RETRY.from()))
                    .and(not(isStopped)))
            .limit(1)
            .asTable("one");
    return dsl.select(id, SubqueryFields.of(one, due))
        .from(rows.table(), lateral(one))
        .fetchMap(id, SubqueryFields.of(one, due));
  }

  /**
   * Returns whether the job of a task cannot be started because the tasks before it did not end as
   * required, or because it is not needed.
   */
  public static Condition isStopped(Tables.WorkflowTasks s) {
    return DSL.condition(s.isStopped).or(s.broken.gt(0).and(s.isReleased.isFalse()));
  }

  /**
   * Changes cancelled jobs that cannot be started yet, so that they start when the tasks before
   * them end as required. They are then like skipped tasks rather than cancelled ones. Does nothing
   * to other jobs.
   */
  void startWithOthers(DSLContext dsl, Tables.WorkflowChanges c, Collection<UUID> jobIds) {
    var stopped =
        name("stopped")
            .as(
                DSL.update(s)
                    .set(s.isStopped, true)
                    .where(
                        s.id
                            .eq(DSL.any(jobIds.toArray(UUID[]::new)))
                            .and(s.isStopped.isFalse())
                            .and(isStopped(s))
                            .and(
                                exists(
                                    selectOne()
                                        .from(j)
                                        .where(
                                            j.id.eq(s.id).and(j.status.eq(JobStatus.CANCELLED))))))
                    .returning(s.id, s.workflowId, s.isFollowUp));
    dsl.with(stopped)
        .insertInto(c, c.transaction, c.workflowId, c.id, c.isMember, c.was, c.becomes, c.attempted)
        .select(
            select(
                    DSL.field("txid_current()", SQLDataType.BIGINT),
                    SubqueryFields.of(stopped, s.workflowId),
                    SubqueryFields.of(stopped, s.id),
                    DSL.field(not(DSL.condition(SubqueryFields.of(stopped, s.isFollowUp)))),
                    inline("cancelled"),
                    inline("skipped"),
                    inline(0))
                .from(stopped))
        .execute();
  }

  /** Returns those of the jobs that are follow-ups of workflows. */
  public Set<UUID> followUps(DSLContext dsl, Collection<UUID> jobIds) {
    return dsl.select(s.id)
        .from(s)
        .where(s.id.eq(DSL.any(jobIds.toArray(UUID[]::new))).and(s.isFollowUp))
        .fetchSet(s.id);
  }

  /** Returns those of these follow-ups whose event starts no other job in their place. */
  List<UUID> inPlace(DSLContext dsl, Collection<UUID> followUps) {
    return dsl.select(s.id)
        .from(s)
        .where(
            s.id
                .eq(DSL.any(followUps.toArray(UUID[]::new)))
                .and(exists(selectOne().from(e).where(e.successor.eq(s.id)))))
        .orderBy(s.id)
        .fetch(s.id);
  }

  /** Has the payloads of these jobs made again if they could not be made before. */
  void prepareAgain(DSLContext dsl, List<UUID> jobIds) {
    dsl.update(s)
        .set(s.prepareAt, currentInstant())
        .setNull(s.error)
        .where(s.id.eq(DSL.any(jobIds.toArray(UUID[]::new))).and(s.error.isNotNull()))
        .execute();
  }
}
