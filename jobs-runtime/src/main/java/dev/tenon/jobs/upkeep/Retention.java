package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.store.Leadership;
import dev.tenon.jobs.store.RetentionStore;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes ended jobs whose retention is over, and clears unique keys whose period is over. */
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
    if (!store.isAnythingOver()) {
      return false;
    }
    Batches deleted = inBatches(() -> store.prune(leadership, BATCH));
    if (deleted.count() > 0) {
      LOG.debug("{} jobs were deleted, since their retention is over.", deleted.count());
    }
    Batches ofWorkflows = inTurn(() -> store.pruneWorkflows(leadership, BATCH));
    if (ofWorkflows.count() > 0) {
      LOG.debug("{} jobs of workflows and workflows were deleted.", ofWorkflows.count());
    }
    Batches cleared = inBatches(() -> store.clearKeys(leadership, BATCH));
    if (cleared.count() > 0) {
      LOG.debug("The unique period of {} jobs is over.", cleared.count());
    }
    return deleted.moreIsLeft() || ofWorkflows.moreIsLeft() || cleared.moreIsLeft();
  }

  /** How many jobs were changed, and whether there are probably more. */
  private record Batches(int count, boolean moreIsLeft) {}

  private static Batches inBatches(IntSupplier batch) {
    long end = System.nanoTime() + MAX_RUN.toNanos();
    int count = 0;
    int some;
    do {
      some = batch.getAsInt();
      count += some;
    } while (some == BATCH && System.nanoTime() < end);
    return new Batches(count, some == BATCH);
  }

  /** As {@link #inBatches}, where a batch that is not full says nothing about the next one. */
  private static Batches inTurn(IntSupplier batch) {
    long end = System.nanoTime() + MAX_RUN.toNanos();
    int count = 0;
    int some;
    do {
      some = batch.getAsInt();
      count += some;
    } while (some > 0 && System.nanoTime() < end);
    return new Batches(count, some > 0);
  }
}
