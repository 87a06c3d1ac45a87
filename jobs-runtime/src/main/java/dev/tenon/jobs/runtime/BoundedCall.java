package dev.tenon.jobs.runtime;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of foreign code that may hang, such as a pool that waits for a connection. Each runs in a
 * daemon thread of its own, which is interrupted and abandoned when its time is up.
 */
final class BoundedCall {

  private BoundedCall() {}

  /**
   * Returns the result of the call.
   *
   * @throws TimeoutException if it has not come back in time
   * @throws ExecutionException if it has failed, with its exception as the cause
   */
  static <T> T within(Duration limit, Callable<T> call)
      throws TimeoutException, ExecutionException, InterruptedException {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "tenon-start");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
    } finally {
      // Nothing happens if it is done
      task.cancel(true);
    }
  }
}
