package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.store.Leadership;
import dev.tenon.jobs.store.LimitKeyStore;
import java.time.Duration;

/**
 * Keeps the keys of jobs in step with the limits of their types: when a type gets its first limit
 * or loses its last one, by an operator or by a new version of the application, its jobs that wait
 * or run are changed, some at each run. Also deletes times of keys that no longer matter.
 */
final class LimitKeys implements UpkeepTask {

  private static final int BATCH = 1000;

  /** The rest waits for the next run, so that other tasks get their turn. */
  private static final Duration MAX_RUN = Duration.ofSeconds(1);

  private static final Duration KEYS_ARE_REMEMBERED = Duration.ofHours(1);
  private static final Duration FORGET_INTERVAL = Duration.ofMinutes(1);

  private final LimitKeyStore store;
  private boolean hasForgotten;
  private long forgotNanos;

  LimitKeys(LimitKeyStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "limits";
  }

  @Override
  public Duration interval() {
    return Duration.ofSeconds(3);
  }

  @Override
  public boolean run(Leadership leadership) {
    long end = System.nanoTime() + MAX_RUN.toNanos();
    boolean hasMoreKeys = forgetKeysIfDue(leadership);
    if (!store.hasLimits()) {
      return hasMoreKeys;
    }
    store.bringTimesBack(leadership);
    while (System.nanoTime() < end) {
      if (store.adjust(leadership, BATCH) < BATCH) {
        return hasMoreKeys;
      }
    }
    return true;
  }

  private boolean forgetKeysIfDue(Leadership leadership) {
    long now = System.nanoTime();
    if (hasForgotten && now - forgotNanos < FORGET_INTERVAL.toNanos()) {
      return false;
    }
    boolean hasMore = store.forgetKeys(leadership, KEYS_ARE_REMEMBERED, BATCH) == BATCH;
    hasForgotten = !hasMore;
    forgotNanos = now;
    return hasMore;
  }
}
