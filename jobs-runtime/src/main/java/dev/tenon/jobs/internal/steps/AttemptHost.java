package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.listen.JobListener.Attempting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt while its handler runs, for the handler's context and its steps: a worker's, or one of
 * the test kit. Thread-safe.
 */
public interface AttemptHost {

  /** Returns the reason that the handler was asked to stop; null as long as it was not. */
  @Nullable StopReason stopReason();

  /** Returns whether the attempt has ended, so that nothing of what its threads do counts. */
  boolean isEnded();

  /** Returns whether the worker is shutting down, even if its handlers may still finish. */
  boolean isShuttingDown();

  /** Ends the attempt, because the job no longer belongs to it. */
  void loseLease();

  /** Returns whether a handler has thrown this only because the database was down. */
  boolean isOutage(Throwable thrown);

  /** Returns a random number from 0 to 1, for the jitter of a delay. */
  double random();

  /**
   * Returns a time in nanoseconds, which only the time of another call can be subtracted from. The
   * test kit has the time of the test's clock, as {@link #after} has it.
   */
  default long nanoTime() {
    return System.nanoTime();
  }

  /**
   * Runs an action after a while, unless it is cancelled before.
   *
   * @return cancels the action
   */
  Runnable after(Duration delay, Runnable action);

  /**
   * Begins something on the calling thread that an interrupt would harm, such as a statement. If
   * the handler is asked to stop before the shield is closed, its thread is interrupted then.
   */
  Shield shield();

  /** Keeps a thread from being interrupted until it is closed. */
  @FunctionalInterface
  interface Shield extends AutoCloseable {

    /** Does nothing. */
    Shield NONE = () -> {};

    @Override
    void close();
  }

  /** Returns the listener of the attempt. */
  Attempting listener();
}
