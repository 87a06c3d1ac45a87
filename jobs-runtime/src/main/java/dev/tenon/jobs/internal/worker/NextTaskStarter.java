package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.attempt.Slots;
import dev.tenon.jobs.internal.recording.ClaimsInProgress;
import dev.tenon.jobs.internal.recording.SlotTurn;
import dev.tenon.jobs.internal.recording.TaskStarter;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NextTasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the next tasks of workflows if the worker may claim any. Thread-safe. */
final class NextTaskStarter implements TaskStarter {

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

  @Override
  public ClaimsInProgress claims() {
    return lostClaims.claimsInProgress();
  }

  @Override
  public NextTasks claimable(int ended) {
    boolean mayStart = gate.isOpen() && !lostClaims.isOneByOne();
    return new NextTasks(workerId, knownVersions, mayStart ? slots.roomInPlaceOf(ended) : 0);
  }

  @Override
  public void start(List<ClaimedJob> jobs, List<SlotTurn> turns) {
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

  @Override
  public void areRecorded(int tasks) {
    slots.tasksRecorded(tasks);
  }

  /** Stops starting tasks. */
  void close() {
    synchronized (starting) {
      starts = false;
    }
  }
}
