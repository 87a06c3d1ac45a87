package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.store.Leadership;
import dev.tenon.jobs.store.WorkerStore;
import dev.tenon.jobs.store.WorkerStore.Rescued;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the jobs of lost workers to others. A job of a worker that lives is left alone, however
 * old.
 */
final class Rescue implements UpkeepTask {

  private static final Logger LOG = LoggerFactory.getLogger(Rescue.class);
  private static final int BATCH = 1000;
  private static final Duration WORKERS_ARE_REMEMBERED = Duration.ofDays(1);

  private final WorkerStore store;
  private final Duration silence;
  private final int maxCrashes;

  /**
   * A rescue.
   *
   * @param silence how old the last heartbeat of a worker is that counts as lost
   * @param maxCrashes with that many lost workers a job fails
   */
  Rescue(WorkerStore store, Duration silence, int maxCrashes) {
    this.store = store;
    this.silence = silence;
    this.maxCrashes = maxCrashes;
  }

  @Override
  public String name() {
    return "rescue";
  }

  @Override
  public Duration interval() {
    return silence.dividedBy(5);
  }

  @Override
  public void run(Leadership leadership) {
    List<Rescued> rescued;
    do {
      rescued = store.rescue(leadership, silence, maxCrashes, BATCH);
      for (Rescued job : rescued) {
        LOG.warn(
            "Worker {} is lost: it has not been heard of for {}. Its job {} of type '{}' {}.",
            job.workerId(),
            silence,
            job.jobId(),
            job.type(),
            job.status() == JobStatus.PENDING
                ? "runs again elsewhere"
                : job.status() == JobStatus.CANCELLED
                    ? "is cancelled, as was asked"
                    : "has lost " + maxCrashes + " workers and fails");
      }
    } while (rescued.size() == BATCH);
    store.forgetLost(WORKERS_ARE_REMEMBERED);
  }
}
