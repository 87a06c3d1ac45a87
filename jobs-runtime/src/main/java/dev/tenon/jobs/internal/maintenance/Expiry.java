package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.store.ExpiryStore;
import dev.tenon.jobs.internal.store.ExpiryStore.Expired;
import dev.tenon.jobs.internal.store.JobsOfType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels the jobs that no worker has started in time. No claim starts such a job, even before it
 * is cancelled here.
 */
final class Expiry implements MaintenanceTask {

  private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
  private static final int BATCH = 1_000;

  /**
   * The time limit of one run; the rest waits for the next run, so that other tasks get their turn.
   */
  private static final Duration MAX_RUN = Duration.ofSeconds(1);

  private final ExpiryStore store;
  private final DueCheck due;
  private final JobListeners listeners;
  private final BatchSize batches = new BatchSize("jobs that have not started in time", BATCH);

  /**
   * The last job that was looked at, if there are more: others may hold the first ones, and those
   * behind must not wait for that.
   */
  private @Nullable Expired last;

  Expiry(ExpiryStore store, DueCheck due, JobListeners listeners) {
    this.store = store;
    this.due = due;
    this.listeners = listeners;
  }

  @Override
  public String name() {
    return "expiry";
  }

  @Override
  public Duration interval() {
    return Duration.ofMillis(500);
  }

  @Override
  public Round run(Leadership leadership) {
    if (last == null && !due.hasExpiredJobs()) {
      return Round.DONE;
    }
    long end = System.nanoTime() + MAX_RUN.toNanos();
    do {
      Optional<Boolean> isLastPage = batches.run(limit -> expire(leadership, limit));
      if (isLastPage.isEmpty()) {
        return Round.MORE_TO_DO;
      }
      if (isLastPage.get()) {
        last = null;
        return Round.DONE;
      }
    } while (System.nanoTime() < end);
    return Round.MORE_TO_DO;
  }

  /** Cancels up to that many jobs. Returns whether these were the last ones. */
  private boolean expire(Leadership leadership, int limit) {
    List<Expired> page = store.find(last, limit);
    if (page.isEmpty()) {
      return true;
    }
    Map<JobsOfType, Integer> ended = store.expire(leadership, page);
    last = page.get(page.size() - 1);
    ended.forEach(this::tell);
    return page.size() < limit;
  }

  private void tell(JobsOfType kind, int count) {
    LOG.info(
        "{} job(s) of type '{}' were cancelled, because no worker had started them in time.",
        count,
        LogText.escape(kind.type()));
    listeners.discarded(
        () ->
            new ListenerRecords.Discard(
                JobError.Reason.EXPIRED, kind.type(), kind.routingKey(), count));
  }
}
