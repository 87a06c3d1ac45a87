package dev.tenon.jobs.faults;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends the process at the n-th pass of its crash point, or stops the thread that passes it. Public
 * for the code that calls it.
 */
public final class Crash {

  private static final AtomicInteger PASSES = new AtomicInteger();

  private static volatile int atPass = Integer.MAX_VALUE;
  private static volatile boolean hangs;

  private Crash() {}

  static void arm(int pass, boolean hang) {
    hangs = hang;
    atPass = pass;
  }

  /** The crash point is passed. */
  public static void pass() {
    if (PASSES.incrementAndGet() == atPass) {
      if (!hangs) {
        Runtime.getRuntime().halt(CrashPoint.EXIT_CODE);
      }
      System.out.println(Node.HANGS);
      while (true) {
        LockSupport.park();
      }
    }
  }
}
