package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NextTasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the next tasks of workflows in the slots of the ended ones. They are claimed together with
 * the record of those ends. Thread-safe.
 */
final class NextTaskStarter {

  private static final Logger LOG = LoggerFactory.getLogger(NextTaskStarter.class);

  private final String workerId;
  private final Map<String, Integer> knownVersions;
  private final Slots slots;
  private final AttemptStarter attempts;
  private final StartGate gate;
  private final LostClaims lostClaims;
  private final Object starting = new Object();
  private boolean starts = true;

  /**
   * Creates a starter.
   *
   * @param knownVersions the types that the worker runs, each up to a version
   * @param gate decides whether anything may be claimed
   * @param lostClaims releases jobs that cannot be started
   */
  NextTaskStarter(
      String workerId,
      Map<String, Integer> knownVersions,
      Slots slots,
      AttemptStarter attempts,
      StartGate gate,
      LostClaims lostClaims) {
    this.workerId = workerId;
    this.knownVersions = knownVersions;
    this.slots = slots;
    this.attempts = attempts;
    this.gate = gate;
    this.lostClaims = lostClaims;
  }

  /** Returns the tasks that may be claimed when that many tasks have ended. */
  NextTasks claimable(int ended) {
    boolean mayStart = gate.isOpen() && !lostClaims.isOneByOne();
    return new NextTasks(workerId, knownVersions, mayStart ? slots.roomInPlaceOf(ended) : 0);
  }

  /**
   * Starts claimed jobs. Throws nothing: jobs that cannot be started are released.
   *
   * @param turns the turns of the ended jobs: one or more, and at least as many as jobs
   */
  void start(List<ClaimedJob> jobs, List<SlotTurn> turns) {
    slots.tasksFollowed(turns.size(), jobs.size());
    List<Lease> left = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      if (!isStarted(jobs.get(i), turns.get(i))) {
        left.add(jobs.get(i).lease());
      }
    }
    try {
      lostClaims.release(left);
    } catch (RuntimeException | Error e) {
      LOG.warn("{} jobs could not be started; the heartbeat releases them.", left.size(), e);
    }
  }

  private boolean isStarted(ClaimedJob job, SlotTurn turn) {
    synchronized (starting) {
      if (!starts) {
        return false;
      }
      try {
        attempts.start(job, turn);
        return true;
      } catch (RuntimeException | Error e) {
        LOG.warn("Job {} cannot be started here, and is released.", job.id(), e);
        return false;
      }
    }
  }

  /**
   * Records that this number of ended tasks is recorded, and that the tasks after them are started.
   */
  void areRecorded(int tasks) {
    slots.tasksRecorded(tasks);
  }

  /** Stops starting tasks. */
  void close() {
    synchronized (starting) {
      starts = false;
    }
  }
}
