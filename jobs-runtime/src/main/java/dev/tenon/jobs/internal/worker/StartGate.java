package dev.tenon.jobs.internal.worker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Whether a worker may claim and start more jobs, if it has slots. Outcomes that wait to be
 * recorded have no slots, and handlers that do not stop have lost theirs: neither may pile up
 * without a bound. While the worker's heartbeats do not arrive, others may take what it claims.
 * Thread-safe.
 */
final class StartGate {

  /** A few handlers that do not stop must not stop the worker, however few slots there are. */
  private static final int MIN_LEAKS_ALLOWED = 10;

  private final ReportLanes reports;
  private final Deadlines deadlines;
  private final DatabaseContact contact;
  private final int maxLeaks;

  /** Somebody waits until jobs may be started. If nobody does, an outcome needs no lock. */
  private volatile boolean somebodyWaits;

  /**
   * A gate.
   *
   * @param concurrency how many slots there are: as many handlers may go on after their attempts
   */
  StartGate(ReportLanes reports, Deadlines deadlines, DatabaseContact contact, int concurrency) {
    this.reports = reports;
    this.deadlines = deadlines;
    this.contact = contact;
    this.maxLeaks = Math.max(concurrency, MIN_LEAKS_ALLOWED);
  }

  boolean isOpen() {
    return !reports.isFull() && !tooManyLeaked() && !contact.isSilent();
  }

  /** Whether so many handlers go on after the end of their attempts that no more are started. */
  boolean tooManyLeaked() {
    return deadlines.leaked() >= maxLeaks;
  }

  /**
   * Waits until it is open: that one outcome is recorded is enough for it. Whether that came true
   * in time.
   */
  synchronized boolean awaitOpen(Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    somebodyWaits = true;
    try {
      while (!isOpen()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } finally {
      somebodyWaits = false;
    }
  }

  /** An attempt is over and recorded. */
  void attemptIsDone() {
    if (somebodyWaits) {
      tellWhoWaits();
    }
  }

  private synchronized void tellWhoWaits() {
    notifyAll();
  }
}
