package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.pointer.JobPointer;
import java.util.List;

/**
 * What can be started once a transaction is committed.
 *
 * @param pointers the jobs whose pointers are to be published
 * @param othersMayWait whether there are jobs that workers find in the table only
 * @param canPrepare whether there are tasks whose payloads can be made
 */
public record StartableJobs(List<JobPointer> pointers, boolean othersMayWait, boolean canPrepare) {

  /** Nothing can be started. */
  public static final StartableJobs NOTHING = new StartableJobs(List.of(), false, false);

  /** Makes the list immutable. */
  public StartableJobs {
    pointers = List.copyOf(pointers);
  }

  /** Whether there is nothing. */
  public boolean isNothing() {
    return pointers.isEmpty() && !othersMayWait && !canPrepare;
  }
}
