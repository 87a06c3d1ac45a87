package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What is different about a job that is run again if it belongs to a workflow. */
final class StepRetries {

  private final Tables.Jobs j;
  private final Tables.WorkflowSteps s;
  private final Tables.Workflows w;

  StepRetries(Tables tables) {
    this.j = tables.jobs;
    this.s = tables.workflowSteps;
    this.w = tables.workflows;
  }

  /** When the job is due: now, unless it waits for other steps, for its payload, or a pause. */
  Field<Instant> due() {
    Condition waitsForSteps =
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
    return when(j.workflowId.isNotNull().and(waitsForSteps.or(isPaused)), Intervals.never())
        .otherwise(currentInstant());
  }

  /**
   * Whether the job was ended since the steps before it did not end as they had to. It starts when
   * they do, and not before.
   */
  Condition isStopped() {
    return exists(
        selectOne().from(s).where(s.id.eq(j.id).and(s.isStopped).and(j.workflowId.isNotNull())));
  }

  /** Has the payloads of these jobs made once more that could not be made before. */
  void prepareAgain(DSLContext dsl, List<UUID> jobIds) {
    dsl.update(s)
        .set(s.prepareAt, currentInstant())
        .setNull(s.error)
        .where(s.id.eq(DSL.any(jobIds.toArray(UUID[]::new))).and(s.error.isNotNull()))
        .execute();
  }
}
