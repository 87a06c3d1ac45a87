package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.definition.StepDefinition;

/**
 * The timeout of a step. When the time is up, it interrupts the thread that has created it, unless
 * it was stopped before. Thread-safe.
 */
final class StepTimer {

  private final AttemptHost host;
  private final Thread thread = Thread.currentThread();
  private final Runnable cancel;
  private boolean isStopped;
  private boolean isExpired;

  private StepTimer(StepDefinition<?> step, AttemptHost host) {
    this.host = host;
    this.cancel =
        step.timeout().isPresent() ? host.after(step.timeout().get(), this::expire) : () -> {};
  }

  /** Starts the timeout of a step, if it has any, for the calling thread. */
  static StepTimer start(StepDefinition<?> step, AttemptHost host) {
    return new StepTimer(step, host);
  }

  private synchronized void expire() {
    if (!isStopped) {
      isExpired = true;
      thread.interrupt();
    }
  }

  /**
   * Stops it, so that it interrupts nobody from now on. Called by the thread that has started it.
   *
   * @return whether the time was up before
   */
  boolean stop() {
    cancel.run();
    synchronized (this) {
      if (!isStopped && isExpired && host.stopReason() == null) {
        // The interrupt was meant for the step
        boolean unused = Thread.interrupted();
      }
      isStopped = true;
      return isExpired;
    }
  }
}
