package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.NextTasks;
import java.util.List;

/**
 * Starts the next tasks of workflows in the slots of those that have ended. They are claimed
 * together with the record of those ends. Thread-safe.
 */
public interface TaskStarter {

  /** Returns the claims that are in progress. Each claim of next tasks must be one of them. */
  ClaimsInProgress claims();

  /** Returns the tasks that may be claimed when that many tasks have ended. */
  NextTasks claimable(int ended);

  /**
   * Starts claimed jobs. Throws nothing: jobs that cannot be started are released.
   *
   * @param turns the turns of the ended jobs: one or more, and at least as many as jobs
   */
  void start(List<ClaimedJob> jobs, List<SlotTurn> turns);

  /**
   * Records that this number of ended tasks is recorded, and that the tasks after them are started.
   */
  void areRecorded(int tasks);
}
