package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.RestAfterWork;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.store.DropStore;
import dev.tenon.jobs.internal.store.JobsOfType;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels the oldest waiting jobs of types that have more than may wait, if the type says so. It
 * counts all waiting jobs of such types, and therefore rests after long counts.
 */
final class FullBacklogs implements MaintenanceTask {

  private static final Logger LOG = LoggerFactory.getLogger(FullBacklogs.class);
  private static final int BATCH = 1_000;

  private final DropStore store;
  private final JobListeners listeners;
  private final BatchSize batches = new BatchSize("the oldest jobs of full backlogs", BATCH);
  private final RestAfterWork rest = new RestAfterWork(Duration.ofMinutes(1));

  FullBacklogs(DropStore store, JobListeners listeners) {
    this.store = store;
    this.listeners = listeners;
  }

  @Override
  public String name() {
    return "backlogs";
  }

  @Override
  public Duration interval() {
    return Duration.ofMillis(500);
  }

  @Override
  public Round run(Leadership leadership) {
    if (!rest.hasEnded()) {
      return Round.SKIPPED;
    }
    long start = System.nanoTime();
    Optional<Boolean> hasMore =
        batches.run(
            limit -> {
              Map<JobsOfType, Integer> dropped = store.drop(leadership, limit);
              dropped.forEach(this::tell);
              return dropped.values().stream().anyMatch(count -> count >= limit);
            });
    if (hasMore.orElse(true)) {
      return Round.MORE_TO_DO;
    }
    rest.begin(start);
    return Round.DONE;
  }

  private void tell(JobsOfType kind, int count) {
    LOG.info(
        "{} job(s) of type '{}' were cancelled: they were the oldest, and more waited than may.",
        count,
        LogText.escape(kind.type()));
    listeners.discarded(
        () ->
            new ListenerRecords.Discard(
                JobError.Reason.DROPPED, kind.type(), kind.routingKey(), count));
  }
}
