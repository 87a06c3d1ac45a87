package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.internal.steps.AttemptHost.Shield;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a handler, and its interrupts. While it runs a statement for a step, an interrupt
 * has to wait: it would break the connection, and with it the records of other attempts.
 * Thread-safe.
 */
final class HandlerThread {

  private @Nullable Thread thread;
  private boolean isShielded;
  private boolean isInterruptDue;

  /** The handler starts on the calling thread. */
  synchronized void starts() {
    thread = Thread.currentThread();
  }

  /**
   * The handler has returned. The thread is reused, and a late interrupt is not for its next job.
   */
  synchronized void returned() {
    thread = null;
    isInterruptDue = false;
    boolean unused = Thread.interrupted();
  }

  /** Interrupts the thread if the handler is running, as soon as it is not shielded. */
  synchronized void interrupt() {
    if (isShielded) {
      isInterruptDue = true;
    } else if (thread != null) {
      thread.interrupt();
    }
  }

  /** Keeps the calling thread from being interrupted; an earlier interrupt waits as well. */
  Shield shield() {
    boolean wasInterrupted;
    synchronized (this) {
      wasInterrupted = Thread.interrupted();
      if (Thread.currentThread() == thread && !isShielded) {
        isShielded = true;
        isInterruptDue = wasInterrupted;
        return this::endShield;
      }
    }
    // A thread that the handler has started: only the handler interrupts it
    return () -> {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private synchronized void endShield() {
    isShielded = false;
    if (isInterruptDue && Thread.currentThread() == thread) {
      isInterruptDue = false;
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the position of the handler; empty if it is not running. */
  synchronized StackTraceElement[] stack() {
    return thread == null ? new StackTraceElement[0] : thread.getStackTrace();
  }
}
