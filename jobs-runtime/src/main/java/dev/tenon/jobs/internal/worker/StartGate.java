package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.attempt.Deadlines;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.recording.ReportLanes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A gate that decides whether a worker with free slots may claim and start more jobs. Outcomes that
 * wait to be recorded have no slots, and handlers that do not stop have lost theirs: neither may
 * pile up without a bound. It also closes while the worker's heartbeats do not arrive, because
 * others may take the jobs that it claims. Thread-safe.
 */
final class StartGate {

  /**
   * The minimum number of tolerated handlers that do not stop: a few must not stop the worker,
   * however few slots there are.
   */
  private static final int MIN_LEAKS_ALLOWED = 10;

  private final ReportLanes reports;
  private final Deadlines deadlines;
  private final DatabaseContact contact;
  private final int maxLeaks;

  /**
   * True while somebody waits until jobs may be started. If nobody does, an outcome needs no lock.
   */
  private volatile boolean somebodyWaits;

  /**
   * Creates a gate.
   *
   * @param concurrency the number of slots, which is also how many handlers may continue after
   *     their attempts
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

  /**
   * Returns whether too many handlers continue after the end of their attempts, so that no more are
   * started.
   */
  boolean tooManyLeaked() {
    return deadlines.leaked() >= maxLeaks;
  }

  /**
   * Waits until it is open, and returns whether that happened in time. A single recorded outcome
   * may be enough to open it.
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

  /** Records that an attempt has ended and is recorded. */
  void attemptIsDone() {
    if (somebodyWaits) {
      tellWhoWaits();
    }
  }

  private synchronized void tellWhoWaits() {
    notifyAll();
  }
}
