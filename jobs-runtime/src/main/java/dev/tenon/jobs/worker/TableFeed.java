package dev.tenon.jobs.worker;

import dev.tenon.jobs.store.ClaimStore;
import dev.tenon.jobs.store.ClaimedJob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Takes jobs straight from the table: where there is no RabbitMQ, and while it is away. */
final class TableFeed implements JobFeed {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

  private final ClaimStore store;
  private final String workerId;
  private final Map<String, Integer> types;
  private final Semaphore woken = new Semaphore(0);

  /**
   * A feed.
   *
   * @param types the types that are taken, each up to a version
   */
  TableFeed(ClaimStore store, String workerId, Map<String, Integer> types) {
    this.store = store;
    this.workerId = workerId;
    this.types = types;
  }

  @Override
  public List<ClaimedJob> next(int max, Duration wait) throws InterruptedException {
    List<ClaimedJob> claimed = store.claimDue(workerId, types, max, MAX_CLAIM_BYTES);
    if (claimed.isEmpty()) {
      Duration pause = wait.compareTo(POLL_INTERVAL) < 0 ? wait : POLL_INTERVAL;
      // Woken or not, the caller comes back and looks again
      boolean wakeUp = woken.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
      // Not before the table was asked: what woke this worker a moment ago may not be in the answer
      woken.drainPermits();
      return wakeUp ? store.claimDue(workerId, types, max, MAX_CLAIM_BYTES) : List.of();
    }
    return claimed;
  }

  @Override
  public void pause() {
    // What is in the table is free for everybody
  }

  @Override
  public void wake() {
    woken.release();
  }
}
