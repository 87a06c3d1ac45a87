package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.store.Leadership;
import dev.tenon.jobs.store.RetentionStore;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes ended jobs whose retention is over. */
final class Retention implements UpkeepTask {

  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final int BATCH = 1_000;

  /** The rest waits for the next run, so that other tasks get their turn. */
  private static final Duration MAX_RUN = Duration.ofSeconds(1);

  private final RetentionStore store;

  Retention(RetentionStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "retention";
  }

  @Override
  public Duration interval() {
    return Duration.ofSeconds(10);
  }

  @Override
  public boolean run(Leadership leadership) {
    long end = System.nanoTime() + MAX_RUN.toNanos();
    int deleted = 0;
    int some;
    do {
      some = store.prune(leadership, BATCH);
      deleted += some;
    } while (some == BATCH && System.nanoTime() < end);
    if (deleted > 0) {
      LOG.debug("{} jobs were deleted, since their retention is over.", deleted);
    }
    return some == BATCH;
  }
}
