package dev.tenon.jobs.runtime;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls the application's methods in a separate thread, so that one that does not return delays
 * others for a limited time only. One thread calls, and any thread may close.
 */
final class TimedCalls implements AutoCloseable {

  private final String threadName;
  private final Duration maxTime;
  private @Nullable ExecutorService executor;
  private boolean closed;

  TimedCalls(String threadName, Duration maxTime) {
    this.threadName = threadName;
    this.maxTime = maxTime;
  }

  /** Thrown when a method has not returned in time. Its thread was interrupted. */
  static final class TookTooLong extends Exception {

    private static final long serialVersionUID = 1L;

    TookTooLong(Duration maxTime) {
      super("It has not returned for " + maxTime, null, false, false);
    }
  }

  Duration maxTime() {
    return maxTime;
  }

  /**
   * Calls a method and returns its result.
   *
   * @throws TookTooLong if it does not return in time
   * @throws InterruptedException if the caller is interrupted
   * @throws RejectedExecutionException if this is closed
   * @throws CancellationException if it is closed before the method begins
   */
  <T> T call(Supplier<T> method) throws TookTooLong, InterruptedException {
    Future<T> result = submit(method);
    boolean hasEnded = false;
    try {
      T value = result.get(maxTime.toMillis(), TimeUnit.MILLISECONDS);
      hasEnded = true;
      return value;
    } catch (TimeoutException e) {
      throw new TookTooLong(maxTime);
    } catch (ExecutionException e) {
      hasEnded = true;
      throw unchecked(e.getCause());
    } finally {
      if (!hasEnded) {
        // The next call must not wait for this one
        abandon();
      }
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(thrown);
  }

  private synchronized <T> Future<T> submit(Supplier<T> method) {
    if (closed) {
      throw new RejectedExecutionException("Calls are closed");
    }
    if (executor == null) {
      executor =
          Executors.newSingleThreadExecutor(
              call -> {
                Thread thread = new Thread(call, threadName);
                thread.setDaemon(true);
                return thread;
              });
    }
    return executor.submit(method::get);
  }

  private synchronized void abandon() {
    if (executor != null) {
      for (Runnable notBegun : executor.shutdownNow()) {
        // Its caller would wait for it for the whole time
        if (notBegun instanceof Future<?> call) {
          call.cancel(false);
        }
      }
      executor = null;
    }
  }

  /** Interrupts the running call, and refuses others. */
  @Override
  public synchronized void close() {
    closed = true;
    abandon();
  }
}
