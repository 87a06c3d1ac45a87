package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.pointer.JobPointer;
import java.util.List;
import java.util.UUID;

/**
 * Notifications from the job service and from maintenance to the rest of the runtime. They only
 * make things faster: whatever is missed here is found in the table.
 */
public interface Notifications {

  /**
   * Jobs were committed.
   *
   * @param pointers those that are to be published at once
   * @param othersMayWait whether there may be others that workers find in the table only
   */
  void committed(List<JobPointer> pointers, boolean othersMayWait);

  /**
   * Jobs were recorded in a transaction of the caller, which may commit it.
   *
   * @param jobIds those that are to be published at once
   * @param othersMayWait whether there may be others that workers find in the table only
   */
  void recorded(List<UUID> jobIds, boolean othersMayWait);

  /** There are tasks of workflows whose payloads can be made. */
  void canPrepare();

  /** Somebody wants to cancel a job that runs. */
  void cancelRequested(UUID jobId);
}
