package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import java.util.UUID;

/** The job that a worker holds by its lease. */
final class HeldJob {

  private HeldJob() {}

  /**
   * Whether the job is the one with that id, and runs under that lease of that worker. It is found
   * by its id: while statistics are missing, the planner would read all that the worker runs for
   * each of its jobs, by the index of running jobs, if the comparison of the worker allowed it.
   */
  static Condition is(Tables.Jobs j, Field<UUID> id, Field<Long> lease, Field<String> workerId) {
    return j.id
        .eq(id)
        .and(j.lease.eq(lease))
        .and(j.workerId.isNotDistinctFrom(workerId))
        .and(j.status.in(StatusChange.FINISH.from()));
  }
}
