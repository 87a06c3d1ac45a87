package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.broker.BrokerUnavailableException;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.publish.SkippedJobStore;
import dev.tenon.jobs.internal.publish.UnpublishedStore;
import dev.tenon.jobs.internal.store.WalkPlace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the pointers of jobs that are due and not yet published: delayed jobs, retries, and
 * jobs whose submitter died, or could not reach the broker, after the commit; and jobs whose
 * pointers arrived while somebody had locked their rows. Jobs whose queue RabbitMQ refuses are left
 * to workers, which claim overdue jobs from the table.
 */
final class Relay implements MaintenanceTask {

  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final int BATCH = 500;

  /**
   * The time limit of one run; the rest waits for the next run, so that other tasks get their turn.
   */
  private static final Duration MAX_RUN = Duration.ofSeconds(2);

  private final UnpublishedStore store;
  private final SkippedJobStore skipped;
  private final Dispatcher dispatcher;
  private final DueCheck due;
  private final BatchSize batches = new BatchSize("jobs to publish", BATCH);

  Relay(UnpublishedStore store, SkippedJobStore skipped, Dispatcher dispatcher, DueCheck due) {
    this.store = store;
    this.skipped = skipped;
    this.dispatcher = dispatcher;
    this.due = due;
  }

  @Override
  public String name() {
    return "relay";
  }

  @Override
  public Duration interval() {
    return Duration.ofMillis(500);
  }

  @Override
  public Round run(Leadership leadership) {
    if (!dispatcher.isConnected()) {
      return Round.SKIPPED;
    }
    if (due.hasSkippedJobs()) {
      // They were due before, so their kinds are among the following ones
      boolean unused = skipped.returnFree();
    }
    List<WalkPlace> kinds = due.kinds();
    if (kinds.isEmpty()) {
      return Round.DONE;
    }
    long end = System.nanoTime() + MAX_RUN.toNanos();
    try {
      while (System.nanoTime() < end) {
        Optional<Boolean> all = batches.run(limit -> publish(kinds, limit));
        if (all.isEmpty()) {
          return Round.MORE_TO_DO;
        }
        if (all.get()) {
          return Round.DONE;
        }
      }
      return Round.MORE_TO_DO;
    } catch (BrokerUnavailableException e) {
      LOG.debug("Due jobs stay pending until RabbitMQ is back.", e);
      store.findAgain();
      return Round.SKIPPED;
    }
  }

  /** Publishes up to that many pointers. Returns whether the search found no more. */
  private boolean publish(List<WalkPlace> kinds, int limit) throws BrokerUnavailableException {
    UnpublishedStore.Found found = store.find(kinds, limit, dispatcher.refusedRoutingKeys());
    if (!found.pointers().isEmpty()) {
      dispatcher.publish(found.pointers());
    }
    return !found.isFull();
  }
}
