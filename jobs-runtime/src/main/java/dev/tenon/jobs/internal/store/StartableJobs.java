package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.pointer.JobPointer;
import java.util.List;

/**
 * The jobs that can be started once a transaction is committed.
 *
 * @param pointers the jobs whose pointers have to be published
 * @param othersMayWait whether there are jobs that workers can find only in the table
 * @param canPrepare whether there are tasks whose payloads can be made
 */
public record StartableJobs(List<JobPointer> pointers, boolean othersMayWait, boolean canPrepare) {

  /** No jobs that can be started. */
  public static final StartableJobs NOTHING = new StartableJobs(List.of(), false, false);

  /** Makes the list immutable. */
  public StartableJobs {
    pointers = List.copyOf(pointers);
  }

  /** Returns whether there are none. */
  public boolean isNothing() {
    return pointers.isEmpty() && !othersMayWait && !canPrepare;
  }
}
