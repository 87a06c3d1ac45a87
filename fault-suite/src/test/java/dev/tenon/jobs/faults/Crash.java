package dev.tenon.jobs.faults;

import java.util.concurrent.atomic.AtomicInteger;

/** Ends the process at the n-th pass of its crash point. Public for the code that calls it. */
public final class Crash {

  private static final AtomicInteger PASSES = new AtomicInteger();

  private static volatile int atPass = Integer.MAX_VALUE;

  private Crash() {}

  static void arm(int pass) {
    atPass = pass;
  }

  /** The crash point is passed. */
  public static void pass() {
    if (PASSES.incrementAndGet() == atPass) {
      Runtime.getRuntime().halt(CrashPoint.EXIT_CODE);
    }
  }
}
