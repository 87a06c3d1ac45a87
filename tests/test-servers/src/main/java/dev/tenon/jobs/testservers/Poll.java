package dev.tenon.jobs.testservers;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Checks a condition repeatedly, for events without a signal: other processes, ports. */
final class Poll {

  private static final Duration PAUSE = Duration.ofMillis(5);

  private Poll() {}

  static void until(String what, Duration timeout, BooleanSupplier reached) {
    until(what, timeout, PAUSE, reached);
  }

  /** Checks a condition that is expensive to check, with this pause after each time. */
  static void until(String what, Duration timeout, Duration pause, BooleanSupplier reached) {
    long start = System.nanoTime();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() - start > timeout.toNanos()) {
        throw new TestServerException("Waited " + timeout + " in vain for " + what);
      }
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        throw TestServerException.interrupted(what, e);
      }
    }
  }
}
