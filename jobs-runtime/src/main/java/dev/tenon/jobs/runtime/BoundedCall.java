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
 * Calls of foreign code that may hang, such as a pool that waits for a connection, or PostgreSQL
 * that does not answer. Each runs in a daemon thread of its own, which is interrupted and abandoned
 * when the time of all calls together is up.
 *
 * <p>What counts is how long a call stands still. A process with a tenth of a core needs a minute
 * to load the classes with which it talks to PostgreSQL: that is its own work, and says nothing of
 * PostgreSQL. Not thread-safe.
 */
final class BoundedCall {

  /** How often it is looked at what a call does. */
  private static final Duration LOOK = Duration.ofMillis(50);

  /**
   * If this process did not get to look for longer, it did not run, and a call may have had no
   * chance to go on.
   */
  private static final Duration MAX_COUNTED = Duration.ofMillis(150);

  /** All calls together may take so many times the limit, whatever they do. */
  private static final int MAX_STRETCH = 20;

  /** A driver does not give up earlier, unless PostgreSQL refuses it. */
  private static final Duration MIN_SLOW = Duration.ofSeconds(2);

  private final Duration limit;
  private final Optional<Duration> cpuBefore = cpu();
  private long waitedNanos;
  private long elapsedNanos;
  private boolean lastWorkedMostly;

  /**
   * No call yet.
   *
   * @param limit for how long all calls together may stand still
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
   * Whether the last call was long, and busy with the process's own work for most of that time, so
   * that a timeout of the driver says nothing of PostgreSQL.
   */
  boolean lastWorkedMostly() {
    return lastWorkedMostly;
  }

  /** Whether the calls took far longer than they stood still, for people to read. */
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
                    "This process is short of CPU: %s passed, for %s of which it had work to do, and it got %s of CPU."
                        .formatted(passed, own, seconds(got.toNanos())))
            .orElse(
                "This process is slow: %s passed, %s of which its own work took."
                    .formatted(passed, own)));
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }

  private static Optional<Duration> cpu() {
    return ProcessHandle.current().info().totalCpuDuration();
  }

  /** Whether the call goes on by the work of this process, and waits for nobody else. */
  private static boolean works(Thread thread) {
    if (thread.getState() == Thread.State.RUNNABLE) {
      return isComputing(thread.getStackTrace());
    }
    // The driver connects in a thread of its own, and so do pools
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

  /** A thread that waits for the network is runnable, too, in a native method. */
  private static boolean isComputing(StackTraceElement[] frames) {
    if (frames.length == 0) {
      return false;
    }
    String className = frames[0].getClassName();
    return !frames[0].isNativeMethod()
        || !(className.startsWith("sun.nio.ch.") || className.startsWith("java.net."));
  }
}
