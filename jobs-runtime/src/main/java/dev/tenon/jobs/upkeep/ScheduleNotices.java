package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.pointer.JobPointer;
import java.util.List;
import java.util.UUID;

/**
 * Is told of what schedules have done, so that it is noticed sooner. Whatever is missed here is
 * found in the table.
 */
public interface ScheduleNotices {

  /** Jobs that are due at once were committed. */
  void committed(List<JobPointer> pointers);

  /** A running job is to be cancelled. */
  void cancelRequested(UUID jobId);
}
