package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.store.ClaimedJob;
import java.time.Duration;
import java.util.List;

/**
 * Where a worker gets its jobs from. Called by the worker's claiming thread only, except the wake.
 */
interface JobFeed {

  /** How many bytes the payloads of one claim may have, except that the first is always claimed. */
  long MAX_CLAIM_BYTES = 16L * 1024 * 1024;

  /**
   * Claims jobs.
   *
   * @param max how many at most
   * @param wait how long to wait for the first
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached; nothing
   *     is lost
   */
  List<ClaimedJob> next(int max, Duration wait) throws InterruptedException;

  /** Keeps nothing back for this worker, until {@link #next} is called again. */
  void pause();

  /** Tells a feed that waits that there may be something to claim. Thread-safe. */
  void wake();

  /**
   * Tells a feed that within this time there may be something to claim of which nobody will tell.
   * Thread-safe.
   */
  void expect(Duration within);
}
