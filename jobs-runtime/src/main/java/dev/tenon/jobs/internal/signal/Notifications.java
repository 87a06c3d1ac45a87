package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.pointer.JobPointer;
import java.util.List;
import java.util.UUID;

/**
 * Notifications from the job service and from maintenance to the rest of the runtime. They only
 * make things faster: missed ones are found in the table.
 */
public interface Notifications {

  /**
   * Jobs were committed.
   *
   * @param pointers the pointers to publish immediately
   * @param othersMayWait whether there may be others that workers can find only in the table
   */
  void committed(List<JobPointer> pointers, boolean othersMayWait);

  /**
   * Jobs were recorded in a transaction of the caller, which may commit it.
   *
   * @param jobIds the jobs to publish immediately after the commit
   * @param othersMayWait whether there may be others that workers can find only in the table
   */
  void recorded(List<UUID> jobIds, boolean othersMayWait);

  /** There are tasks of workflows whose payloads can be made. */
  void canPrepare();

  /** Somebody wants to cancel a job that runs. */
  void cancelRequested(UUID jobId);
}
