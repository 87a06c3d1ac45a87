package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.operate.HealthStore;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs which jobs wait because no live worker knows their version. If an application was deployed
 * before its workers, nothing else would show that.
 */
final class UnknownVersions implements MaintenanceTask {

  private static final Logger LOG = LoggerFactory.getLogger(UnknownVersions.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(10);

  private final HealthStore store;
  private final Duration silence;
  private final LineLimiter lines = new LineLimiter(LOG_INTERVAL);

  /**
   * Creates the task.
   *
   * @param silence how long a worker must be silent to count as lost
   */
  UnknownVersions(HealthStore store, Duration silence) {
    this.store = store;
    this.silence = silence;
  }

  @Override
  public String name() {
    return "versions";
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  @Override
  public Round run(Leadership leadership) {
    HealthStore.Served served = store.served(silence);
    for (HealthStore.Waiting jobs : store.waiting()) {
      boolean isUnknown = served.runs(jobs.type()) && jobs.version() > served.newest(jobs.type());
      if (isUnknown && lines.admit(jobs.type() + " " + jobs.version()) > 0) {
        LOG.warn(
            "No live worker knows version {} of '{}'; they know {}. Its jobs wait, the oldest for"
                + " {} s. Deploy workers first.",
            jobs.version(),
            LogText.escape(jobs.type()),
            served.newest(jobs.type()),
            jobs.waited().toSeconds());
      }
    }
    return Round.DONE;
  }
}
