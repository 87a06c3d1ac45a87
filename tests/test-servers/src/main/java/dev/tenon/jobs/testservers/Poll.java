package dev.tenon.jobs.testservers;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Checks a condition repeatedly, for events without a signal: other processes, ports. */
final class Poll {

  private static final long PAUSE_MILLIS = 5;

  private Poll() {}

  static void until(String what, Duration timeout, BooleanSupplier reached) {
    long start = System.nanoTime();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() - start > timeout.toNanos()) {
        throw new TestServerException("Waited " + timeout + " in vain for " + what);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        throw TestServerException.interrupted(what, e);
      }
    }
  }
}
