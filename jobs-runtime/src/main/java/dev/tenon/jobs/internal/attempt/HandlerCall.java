package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.internal.recording.ReportQueue;
import dev.tenon.jobs.internal.steps.AttemptHost.Shield;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A call of a handler, for one job or for a batch of jobs: its thread and its slot. It has the slot
 * until the handler returns, or all of its attempts have ended without it. The thread is
 * interrupted when all of its attempts have ended or should stop. Thread-safe.
 */
abstract class HandlerCall {

  private final Slots slots;
  private final HandlerThread thread = new HandlerThread();
  private final AtomicBoolean hasSlot = new AtomicBoolean();
  private final AtomicBoolean isAbandoned = new AtomicBoolean();
  private final AtomicBoolean wasInterrupted = new AtomicBoolean();
  private boolean isRunning;
  private Runnable handlerReturned = () -> {};

  /** Creates a call that takes one of these slots. */
  HandlerCall(Slots slots) {
    this.slots = slots;
  }

  /** Returns the attempts that share the call. */
  abstract List<Attempt<?, ?>> attempts();

  /**
   * Does the work in a slot that the calling thread has.
   *
   * @param work must not throw
   * @return whether it had the slot until now
   */
  final boolean runInSlot(Runnable work) {
    hasSlot.set(true);
    work.run();
    boolean hadSlot = hasSlot.compareAndSet(true, false);
    handlerReturned.run();
    return hadSlot;
  }

  /** Notes that the handler starts, on the calling thread. */
  final synchronized void starts() {
    // Whoever asked earlier has found no thread to interrupt
    wasInterrupted.set(false);
    thread.starts();
    isRunning = true;
  }

  /** The handler has returned, on the thread that it started on. */
  final synchronized void returned() {
    isRunning = false;
    thread.returned();
  }

  /** Returns whether the handler is running. */
  final synchronized boolean isRunning() {
    return isRunning;
  }

  /** Runs an action when the handler returns, or immediately if it has already returned. */
  final void whenHandlerReturns(Runnable action) {
    synchronized (this) {
      if (isRunning) {
        handlerReturned = action;
        return;
      }
    }
    action.run();
  }

  /** One of the attempts should stop, or has ended without its handler. */
  final void shouldStop() {
    if (attempts().stream().allMatch(each -> each.isEnded() || each.stopReason() != null)) {
      wasInterrupted.set(true);
      thread.interrupt();
    }
  }

  /**
   * Asks a handler to stop that continues although all attempts have ended, as that of a batch may
   * after it has ended its jobs.
   *
   * @return whether it continues
   */
  final boolean stopThoughEnded() {
    if (!isRunning() || !allHaveEnded()) {
      return false;
    }
    wasInterrupted.set(true);
    thread.interrupt();
    return true;
  }

  /** Takes the slot from the handler if all attempts have ended. */
  final void leaveSlot() {
    if (!allHaveEnded()) {
      return;
    }
    haveEnded();
    if (hasSlot.compareAndSet(true, false)) {
      slots.release();
    }
  }

  /** All attempts have ended, maybe before the handler has returned. */
  void haveEnded() {}

  /**
   * Does the same because the handler has not stopped in time.
   *
   * @return whether the handler is still running, so that the worker has lost its thread; true only
   *     once
   */
  final boolean abandon() {
    if (!allHaveEnded()) {
      return false;
    }
    if (wasInterrupted.compareAndSet(false, true)) {
      thread.interrupt();
    }
    leaveSlot();
    return isRunning() && isAbandoned.compareAndSet(false, true);
  }

  private boolean allHaveEnded() {
    return attempts().stream().allMatch(Attempt::isEnded);
  }

  /**
   * Hands the outcome of an attempt to a recorder.
   *
   * @param add adds it to the queue
   */
  void record(Attempt<?, ?> attempt, ReportQueue queue, Runnable add) {
    add.run();
    queue.arrived();
  }

  /** Keeps the calling thread from being interrupted; an earlier interrupt waits as well. */
  final Shield shield() {
    return thread.shield();
  }

  /** Returns the position of the handler; empty if it is not running. */
  final StackTraceElement[] stack() {
    return thread.stack();
  }

  /** Returns whether the handler is ending the process by {@link System#exit}. */
  final boolean isEndingTheProcess() {
    for (StackTraceElement frame : thread.stack()) {
      if (frame.getClassName().equals("java.lang.Shutdown")
          || (frame.getClassName().equals("java.lang.Runtime")
              && frame.getMethodName().equals("exit"))) {
        return true;
      }
    }
    return false;
  }
}
