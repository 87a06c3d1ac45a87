package dev.tenon.jobs.runtime;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs calls of foreign code that may hang, such as a pool that waits for a connection, or
 * PostgreSQL that does not answer. Each runs in its own daemon thread, which is interrupted and
 * abandoned when the time of all calls together is up.
 *
 * <p>Only the time that a call stands still counts. A process with a tenth of a core needs a minute
 * to load the classes that talk to PostgreSQL: that is its own work, and says nothing about
 * PostgreSQL. Not thread-safe.
 */
final class BoundedCall {

  /** The interval between two looks at what a call does. */
  private static final Duration LOOK = Duration.ofMillis(50);

  /**
   * The longest interval that counts as standing still. If this process did not look for longer, it
   * did not run, and the call may not have run either.
   */
  private static final Duration MAX_COUNTED = Duration.ofMillis(150);

  /** The factor of the limit that all calls together may take, whatever they do. */
  private static final int MAX_STRETCH = 20;

  /** The shortest time that a driver waits before it gives up, unless PostgreSQL refuses it. */
  private static final Duration MIN_SLOW = Duration.ofSeconds(2);

  private final Duration limit;
  private final Optional<Duration> cpuBefore = cpu();
  private long waitedNanos;
  private long elapsedNanos;
  private boolean lastWorkedMostly;

  /**
   * Creates an object without calls.
   *
   * @param limit the time that all calls together may stand still
   */
  BoundedCall(Duration limit) {
    this.limit = limit;
  }

  /**
   * Returns the result of a call.
   *
   * @throws TimeoutException if it has not come back in time
   * @throws ExecutionException if it has failed, with its exception as the cause
   */
  <T> T run(Callable<T> call) throws TimeoutException, ExecutionException, InterruptedException {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "tenon-start");
    thread.setDaemon(true);
    thread.start();
    long waitedBefore = waitedNanos;
    long elapsedBefore = elapsedNanos;
    try {
      while (true) {
        long lookedNanos = System.nanoTime();
        try {
          return task.get(LOOK.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          if (!works(thread)) {
            waitedNanos += Math.min(System.nanoTime() - lookedNanos, MAX_COUNTED.toNanos());
          }
          if (waitedNanos >= limit.toNanos()
              || elapsedNanos + System.nanoTime() - lookedNanos
                  >= limit.multipliedBy(MAX_STRETCH).toNanos()) {
            throw e;
          }
        } finally {
          elapsedNanos += System.nanoTime() - lookedNanos;
        }
      }
    } finally {
      // Nothing happens if it is done
      task.cancel(true);
      long elapsed = elapsedNanos - elapsedBefore;
      lastWorkedMostly = elapsed > MIN_SLOW.toNanos() && elapsed > 2 * (waitedNanos - waitedBefore);
    }
  }

  /**
   * Returns true if the last call was long, and busy with the process's own work for most of that
   * time. A timeout of the driver then says nothing about PostgreSQL.
   */
  boolean lastWorkedMostly() {
    return lastWorkedMostly;
  }

  /** A message for people if the calls took far longer than they stood still; empty otherwise. */
  Optional<String> slowness() {
    long ownNanos = elapsedNanos - waitedNanos;
    if (ownNanos < limit.toNanos()) {
      return Optional.empty();
    }
    String passed = seconds(elapsedNanos);
    String own = seconds(ownNanos);
    return Optional.of(
        cpu()
            .flatMap(now -> cpuBefore.map(now::minus))
            .filter(got -> got.toNanos() < ownNanos / 2)
            .map(
                got ->
                    "This process is short of CPU: in %s it had work to do for %s, and got %s of CPU."
                        .formatted(passed, own, seconds(got.toNanos())))
            .orElse(
                "This process is slow: its own work took %2$s of %1$s.".formatted(passed, own)));
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }

  private static Optional<Duration> cpu() {
    return ProcessHandle.current().info().totalCpuDuration();
  }

  /**
   * Returns true if the call progresses by work of this process, and does not wait for anything
   * else.
   */
  private static boolean works(Thread thread) {
    if (thread.getState() == Thread.State.RUNNABLE) {
      return isComputing(thread.getStackTrace());
    }
    // The driver connects in a separate thread, and so do pools
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(each -> connects(each.getKey().getName().toLowerCase(Locale.ROOT)))
        .anyMatch(
            each ->
                each.getKey().getState() == Thread.State.RUNNABLE && isComputing(each.getValue()));
  }

  private static boolean connects(String threadName) {
    return threadName.startsWith("postgresql jdbc")
        || threadName.contains("connection adder")
        || threadName.contains("connection-adder");
  }

  /**
   * Returns true if the thread computes. A thread that waits for the network is also runnable, but
   * in a native method.
   */
  private static boolean isComputing(StackTraceElement[] frames) {
    if (frames.length == 0) {
      return false;
    }
    String className = frames[0].getClassName();
    return !frames[0].isNativeMethod()
        || !(className.startsWith("sun.nio.ch.") || className.startsWith("java.net."));
  }
}
