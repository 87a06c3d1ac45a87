package dev.tenon.jobs.store;

import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;

/** The job that a worker holds by its lease. */
final class HeldJob {

  private HeldJob() {}

  /**
   * Whether a job, which is found by its id, runs under that lease of that worker; in words that
   * fit no index, see {@link LockedJobs}.
   */
  static Condition is(Tables.Jobs j, Field<Long> lease, Field<String> workerId) {
    return j.lease
        .eq(lease)
        .and(j.workerId.isNotDistinctFrom(workerId))
        .and(LockedJobs.isIn(j.status, StatusChange.FINISH.from()));
  }
}
