package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.pointer.JobPointer;
import java.util.List;
import java.util.UUID;

/**
 * Is told of what schedules have done, so that it is noticed sooner. Whatever is missed here is
 * found in the table.
 */
public interface ScheduleNotices {

  /**
   * Jobs were committed.
   *
   * @param pointers those that are to be published at once
   * @param othersMayWait whether there may be others that workers find in the table only
   */
  void committed(List<JobPointer> pointers, boolean othersMayWait);

  /** A running job is to be cancelled. */
  void cancelRequested(UUID jobId);
}
