package dev.tenon.jobs.internal.background;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A signal that wakes the one thread that waits for it, or the next one that does. Several signals
 * wake it only once. Thread-safe.
 */
public final class WakeUp {

  private final Semaphore pending = new Semaphore(0);

  /** Ends the current wait, or the next one if nobody waits at the moment. */
  public void wake() {
    // A second permit at the same instant does no harm; millions that nobody waits for would
    if (pending.availablePermits() == 0) {
      pending.release();
    }
  }

  /**
   * Waits until it is woken.
   *
   * @param time the maximum wait
   * @return whether it was woken
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  public boolean await(Duration time) throws InterruptedException {
    boolean woken = pending.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS);
    if (woken) {
      pending.drainPermits();
    }
    return woken;
  }
}
